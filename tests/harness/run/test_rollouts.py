"""Faults of the infrastructure are not the agent's: such tasks are tried again, then the run is incomplete."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness.core.domain import Instruction, Modules, Purpose, Task, Trajectory
from harness.core.errors import IncompleteRun, InfrastructureError
from harness.run.lab.rollouts import Rollouts

MODULES = Modules({"instruction": Instruction("x")}, ("instruction",))
TASKS = [Task(id=str(n), query="", truth="", category="") for n in range(3)]


class Slow:
    """Hangs at task 1, as often as it is told."""

    def __init__(self, hangs: int, error: Exception | None = None) -> None:
        self.hangs = hangs
        self.error = error

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Trajectory:
        if task.id == "1" and self.hangs:
            self.hangs -= 1
            if self.error is not None:
                raise self.error
            await asyncio.Event().wait()
        return Trajectory(task_id=task.id, steps=(), answer="", score=1.0, success=True)


async def play(environment: Slow) -> tuple[list[str], list[str]]:
    rollouts = Rollouts(environment, limit=2, timeout=0.02)  # type: ignore[arg-type]
    postponed: list[str] = []

    async def one(_: int, task: Task) -> str:
        trajectory, _usage = await rollouts.play(None, MODULES, task, Purpose.TEST, 0)  # type: ignore[arg-type]
        return trajectory.task_id

    return await rollouts.all(TASKS, one, postponed.append), postponed


async def test_a_task_that_hangs_is_tried_again_when_the_others_have_ended():
    done, postponed = await play(Slow(1))
    assert done == ["0", "1", "2"]
    assert postponed == ["task 1 took longer than 0.02 s (timeouts.task)"]


async def test_a_task_that_hangs_for_ever_leaves_the_run_incomplete():
    with pytest.raises(IncompleteRun, match=r"1 of 3 tasks could not be played \(task 1 took longer"):
        await play(Slow(99))


async def test_an_environments_own_timeout_is_its_own_error():
    with pytest.raises(TimeoutError, match="mine"):
        await play(Slow(1, TimeoutError("mine")))


async def test_infrastructure_errors_are_never_scores():
    with pytest.raises(IncompleteRun):
        await play(Slow(99, InfrastructureError("down")))
