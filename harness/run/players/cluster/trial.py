"""What `harness doctor --ray` says: a cluster, connected to, and one player on it that answers."""

from __future__ import annotations

import time

from harness.core.errors import HarnessError
from harness.core.finding import Finding
from harness.run.config.settings import Executor
from harness.run.players.cluster.ray_cluster import answers, connected, shortage

PATIENCE = 120.0
"""Seconds that a player may take to come."""


def try_out(address: str | None) -> Finding:
    """Connect to a cluster, or start one on this machine, and let one player answer."""
    what = f"executor=ray, address {address or 'null'}"
    began = time.monotonic()
    try:
        with connected(Executor(kind="ray", address=address), cpus=1) as ray:
            if not answers(ray, PATIENCE):
                mend = f"no player could be had within {PATIENCE:g} s: {shortage(ray)}"
                return Finding(what, "missing", state="no player", mend=mend)
            cpus = ray.cluster_resources().get("CPU", 0)
    except HarnessError as error:
        return Finding(what, "missing", state="no cluster", mend=str(error))
    return Finding(what, "fine", state=f"works: {cpus:g} CPUs, a player after {time.monotonic() - began:.0f} s")
