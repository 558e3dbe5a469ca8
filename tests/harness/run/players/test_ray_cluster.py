"""A run on a Ray cluster is the run of one process, whatever is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import run as main
from harness.core.domain import Purpose
from harness.core.errors import IncompleteRun
from harness.records.folder import RunFolder
from harness.run.execute import execute
from harness.run.plan import plan
from harness.run.players.cluster import ray_cluster
from harness.run.players.cluster.ray_cluster import imported
from harness.run.players.cluster.wire import SECRET, Offer, Where
from harness.run.progress.events import Silence
from harness.run.replay.again import record_differences
from tests.conftest import only_run
from tests.harness.llm.provider_process import fault_provider
from tests.harness.run.composed import composed
from tests.processes import descendants

pytest.importorskip("ray", reason="could not import 'ray'")
pytestmark = pytest.mark.slow

SMALL = ("env.train_size=12", "env.test_size=12", "protocol.steps=6", "baseline=false")
LOSING = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 300, "health_check_failure_threshold": 3}
"""So that Ray misses a machine within a second."""


class Cluster:
    """A head that plays nothing and two machines for one player each; this process is connected to it."""

    def __init__(self) -> None:
        self.ray = imported()
        from ray.cluster_utils import Cluster as Machines

        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": 80 << 20, "_system_config": LOSING}
        self._machines = Machines(initialize_head=True, head_node_args=head)
        self.address = self._machines.address
        self.nodes = [self.add() for _ in range(2)]
        self.ray.init(address=self.address, log_to_driver=False, logging_level="ERROR")

    def add(self) -> Any:
        return self._machines.add_node(num_cpus=1, object_store_memory=80 << 20, wait=True)

    def remove(self, node: Any) -> None:
        self._machines.remove_node(node, allow_graceful=False)

    def players(self) -> list[int]:
        """Return the processes of the players on this cluster."""
        return [pid for pid in descendants(os.getpid()) if _name(pid).startswith("ray::Player")]

    def close(self) -> None:
        self.ray.shutdown()
        self._machines.shutdown()


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    before = signal.getsignal(signal.SIGTERM)
    made = Cluster()
    yield made
    made.close()
    signal.signal(signal.SIGTERM, before)  # Ray has put its own in its place


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The record of one process."""
    folder = tmp_path_factory.mktemp("alone")
    execute(plan(composed(*SMALL, f"results_dir={folder}")), Silence())
    return RunFolder(only_run(folder))


def keys(folder: RunFolder) -> list[str]:
    """Return the keys of a journal, in its order; a torn line at its end has none."""
    lines = folder.journal.read_bytes().splitlines(keepends=True)[1:]
    return [json.loads(line[9:])["key"] for line in lines if line.endswith(b"\n")]


def assert_same(folder: RunFolder, alone: RunFolder) -> None:
    assert record_differences(alone, folder) == []
    assert len(keys(folder)) == len(set(keys(folder))), "the journal holds a call twice"
    assert set(keys(folder)) == set(keys(alone))
    runs = [json.loads((one.path / "run.json").read_text()) for one in (alone, folder)]
    for run in runs:
        del run["sessions"], run["git_revision"]  # the checkout may be edited while the test runs
    assert runs[0] == runs[1]


def without_seconds(folder: RunFolder) -> list[dict[str, Any]]:
    """Return the rows of the test without the latency of a server, which differs from call to call."""
    rows = [json.loads(line) for line in folder.test.read_text().splitlines()]
    for row in rows:
        row["usage"].pop("seconds")
    return rows


class At(Silence):
    """Does something once, when so many rollouts have been played."""

    def __init__(self, rollouts: int, do: Callable[[], object]) -> None:
        self._left = rollouts
        self._do = do

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        self._left -= 1
        if self._left == 0:
            self._do()


def on_ray(cluster: Cluster, folder: Path, *words: str, at: At | None = None) -> RunFolder:
    where = ("executor=ray", f"executor.address={cluster.address}", "executor.players=2", f"results_dir={folder}")
    ready = plan(composed(*SMALL, *where, *words))
    execute(ready, at or Silence())
    return ready.folder


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> list[Offer]:
    """The connections that the run offers its players."""
    made: list[Offer] = []

    class Noted(Offer):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(ray_cluster, "Offer", Noted)
    return made


def test_the_record_is_that_of_one_process(
    cluster: Cluster, alone: RunFolder, offers: list[Offer], tmp_path: Path
) -> None:
    assert_same(on_ray(cluster, tmp_path), alone)
    assert len(offers) == 2
    assert all(offer.wire is not None for offer in offers)


def test_where_no_connection_can_be_made_the_record_is_the_same(
    cluster: Cluster, alone: RunFolder, offers: list[Offer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def nowhere(_: Offer, host: str) -> AsyncIterator[Where]:
        with socket.create_server((host, 0)) as closed:
            port = closed.getsockname()[1]
        yield Where(host, port, bytes(SECRET))

    monkeypatch.setattr(Offer, "open", nowhere)
    assert_same(on_ray(cluster, tmp_path), alone)
    assert [offer.wire for offer in offers] == [None, None]


def test_a_player_whose_connection_breaks_is_replaced(
    cluster: Cluster, alone: RunFolder, offers: list[Offer], tmp_path: Path
) -> None:
    def cut() -> None:
        assert offers[0].wire is not None
        offers[0].wire.close()

    assert_same(on_ray(cluster, tmp_path, at=At(15, cut)), alone)
    assert len(offers) == 3


def test_a_player_that_is_killed_changes_nothing_and_no_call_is_made_twice(cluster: Cluster, tmp_path: Path) -> None:
    served = (
        "method=vanilla",
        "backbone=vllm",
        "backbone.model.id=hosted_vllm/sim/small",
        "+backbone.model.send_seed=true",
        "share=false",
    )
    with fault_provider("--latency", "0.01") as provider:
        served = (*served, f"backbone.model.api_base={provider.url}")
        execute(plan(composed(*SMALL, *served, f"results_dir={tmp_path / 'alone'}")), Silence())
        before = provider.stats()["requests"]
    killed: list[int] = []

    def kill() -> None:
        killed.append(cluster.players()[0])
        os.kill(killed[0], signal.SIGKILL)

    with fault_provider("--latency", "0.01", "--port", provider.port) as provider:
        folder = on_ray(cluster, tmp_path / "ray", *served, at=At(4, kill))
        after = provider.stats()
    assert killed
    assert after["requests"] == after["answered"] == before == len(keys(folder))
    rows = [without_seconds(one) for one in (RunFolder(only_run(tmp_path / "alone")), folder)]
    assert rows[0] == rows[1]


def test_a_machine_that_goes_away_changes_nothing(cluster: Cluster, alone: RunFolder, tmp_path: Path) -> None:
    folder = on_ray(cluster, tmp_path, at=At(15, lambda: cluster.remove(cluster.nodes.pop())))
    assert_same(folder, alone)
    cluster.nodes.append(cluster.add())


def test_doctor_lets_a_player_answer(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--ray", cluster.address]) == 0
    assert "works: 2 CPUs" in capsys.readouterr().out


def test_a_run_without_a_place_for_a_player_is_incomplete(cluster: Cluster, tmp_path: Path) -> None:
    takes_all = cluster.ray.remote(num_cpus=1)(Silence)
    taken = [takes_all.remote() for _ in cluster.nodes]
    try:
        with pytest.raises(IncompleteRun, match=r"within 1 s \(executor.wait\): each needs one CPU"):
            on_ray(cluster, tmp_path, "method=vanilla", "executor.wait=1")
    finally:
        for actor in taken:
            cluster.ray.kill(actor)
    (record,) = tmp_path.glob("runs/*/*/*/*/run.json")
    assert json.loads(record.read_text())["status"] == "incomplete"


def test_a_killed_run_that_is_started_again_at_once_has_no_other_writer_and_the_same_record(
    cluster: Cluster, alone: RunFolder, tmp_path: Path, environ: dict[str, str]
) -> None:
    words = [*SMALL, "executor=ray", f"executor.address={cluster.address}", "results_dir=killed"]
    home = tmp_path / "home"
    home.mkdir()
    first = subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=tmp_path,
        env={**environ, "HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    journal = None
    while journal is None or journal.read_bytes().count(b"\n") < 300:
        assert first.poll() is None, "the run ended before it could be killed"
        journal = next(tmp_path.glob("killed/runs/*/*/*/*/journal.jsonl"), None)
        time.sleep(0.01)
    orphans = cluster.players()
    assert orphans
    for pid in orphans:
        os.kill(pid, signal.SIGSTOP)  # so that they outlive the run for as long as Ray lets them
    first.kill()
    first.wait()
    assert not (home / ".ray").exists(), "a token was written to the home folder"
    assert [pid for pid in descendants(os.getpid()) if _holds(pid, journal)] == []
    written = journal.read_bytes()
    with journal.open("ab") as file:
        file.write(written.splitlines(keepends=True)[-1][:20])  # as if it had been killed in the midst of a line
    folder = on_ray(cluster, tmp_path / "killed")
    assert folder.journal.read_bytes().startswith(written)
    assert_same(folder, alone)


def _holds(pid: int, path: Path) -> bool:
    """Return whether a process has a file open."""
    try:
        return any(link.resolve() == path for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
