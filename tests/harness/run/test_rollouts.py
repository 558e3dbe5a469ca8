"""Faults of the infrastructure are not the agent's: such tasks are tried again, then the run is incomplete."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness.core.domain import Instruction, Modules, Purpose, Task, Trajectory
from harness.core.errors import ConfigError, IncompleteRun, InfrastructureError
from harness.run.contract import tasks_of
from harness.run.lab.rollouts import Rollouts
from harness.run.players.playing import ThisProcess

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
    rollouts = Rollouts(ThisProcess(environment, 0.02), limit=2)  # type: ignore[arg-type]
    postponed: list[str] = []

    async def one(_: int, task: Task) -> str:
        trajectory = (await rollouts.play(None, MODULES, task=task, purpose=Purpose.TEST, trial=0)).trajectory  # type: ignore[arg-type]
        return trajectory.task_id

    return await rollouts.all(TASKS, one, postponed=postponed.append), postponed


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


class Odd:
    """Returns and lists what it is given."""

    def __init__(self, returned: Any = None, ids: tuple[Any, ...] = ()) -> None:
        self.returned = returned
        self.ids = ids

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Any:
        return self.returned

    def tasks(self, split: str) -> list[Task]:
        return [Task(id=id_, query="", truth="", category="") for id_ in self.ids]


@pytest.mark.parametrize("score", [7, -0.1, float("nan"), float("inf"), "1", None])
async def test_a_score_outside_of_its_range_is_refused_in_a_line(score: Any) -> None:
    odd = Odd(Trajectory(task_id="0", steps=(), answer="", score=score, success=True))
    with pytest.raises(ConfigError, match=r"env: rollout\(\) of task '0' gave the score .* \[0, 1\]"):
        await play(odd)  # type: ignore[arg-type]


async def test_what_is_no_trajectory_is_refused() -> None:
    with pytest.raises(ConfigError, match="returned a tuple"):
        await play(Odd((1.0, "answer")))  # type: ignore[arg-type]


@pytest.mark.parametrize(("ids", "said"), [(("a", "b", "a"), "several tasks the id 'a'"), (("a", 1), "the id 1")])
def test_tasks_of_one_id_are_refused(ids: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        tasks_of(Odd(ids=ids), "test")  # type: ignore[arg-type]


def test_tasks_of_a_split_are_as_the_environment_lists_them() -> None:
    assert [task.id for task in tasks_of(Odd(ids=("b", "a")), "train")] == ["b", "a"]  # type: ignore[arg-type]
