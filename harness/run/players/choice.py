"""Who plays the rollouts of a run, by its config."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.run.plan import Plan
from harness.run.players.playing import Players, ThisProcess


@contextmanager
def players_of(ready: Plan) -> Iterator[Players]:
    """Give the players of a run; a cluster that was started for them ends with the block.

    Raises
    ------
    AtWork
        If players elsewhere would be hired for a run that another process holds.
    ConfigError
        If there is no cluster for them.
    """
    if ready.settings.executor.kind == "local":
        yield this_process(ready)
        return
    if ready.folder.path.exists():
        with ready.folder.lock():  # it takes a cluster some seconds to start
            pass
    from harness.run.players.cluster.ray_cluster import crew_on_ray

    with crew_on_ray(ready) as crew:
        yield crew


def this_process(ready: Plan) -> ThisProcess:
    """Return the players of a run that are its own process."""
    return ThisProcess(ready.environment, ready.settings.timeouts.task)
