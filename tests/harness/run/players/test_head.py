"""A cluster whose head is gone is asked nothing: Ray waits for it, and ends the process that asks."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from harness.run.players.cluster.faults import PlayerLost
from harness.run.players.cluster.player import Job
from harness.run.players.cluster.ray_cluster import RayPlayer, shortage

JOB = Job("", (), 1, b"")


class Headless:
    """A Ray whose head does not listen; whatever else it is asked fails the test."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            self.head = f"127.0.0.1:{closed.getsockname()[1]}"

    def get_runtime_context(self) -> Any:
        return SimpleNamespace(gcs_address=self.head)


async def test_a_player_of_a_cluster_without_a_head_is_lost_before_it_is_asked_for() -> None:
    ray = Headless()
    player = RayPlayer(ray, object(), ray.head)
    with pytest.raises(PlayerLost, match=f"the cluster's head, {ray.head}, does not answer"):
        await player.begin(JOB)
    await player.close()


def test_the_shortage_of_a_cluster_without_a_head_is_its_head() -> None:
    ray = Headless()
    assert shortage(ray) == f"the cluster's head, {ray.head}, does not answer"
