"""What an environment makes of the run's errors is no result, and it ends nothing but its own rollout."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from harness.core.domain import Instruction, Modules, Purpose, Task, Trajectory
from harness.core.errors import BudgetSpent, ConfigError, IncompleteRun, InfrastructureError
from harness.core.messages import Answer, Message
from harness.llm.causes import ContextWindowExceeded
from harness.llm.storage.journal import MissingRecord
from harness.run.players.playing import Played, played

MODULES = Modules({"instruction": Instruction("x")}, ("instruction",))
TASK = Task(id="the task", query="", truth="", category="")


class Broken:
    """A door at which everything ends with an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def ask(self, *_: Any, **__: Any) -> Answer:
        raise self.error

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        raise self.error


class Env:
    """Plays with a function."""

    def __init__(self, play: Callable[[Any], Awaitable[Any]]) -> None:
        self.play = play

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Trajectory:
        await self.play(agent)
        return Trajectory(task_id=task.id, steps=(), answer="", score=1.0, success=True)


async def play(playing: Callable[[Any], Awaitable[Any]], error: Exception | None = None) -> Played:
    door = Broken(error or RuntimeError())
    return await played(Env(playing), door, modules=MODULES, task=TASK, purpose=Purpose.TEST, trial=0)  # type: ignore[arg-type]


async def swallows(agent: Any) -> None:
    with suppress(Exception):
        await agent.complete([Message("user", "hi")])


async def swallows_an_effect(agent: Any) -> None:
    with suppress(Exception):
        await agent.effect("tool", {}, None)


async def wraps(agent: Any) -> None:
    try:
        await agent.complete([Message("user", "hi")])
    except Exception as error:
        raise ValueError("the agent failed") from error


async def gives_up(agent: Any) -> None:
    try:
        await agent.complete([Message("user", "hi")])
    except Exception:
        other = asyncio.create_task(asyncio.sleep(60))
        other.cancel()
        await other


@pytest.mark.parametrize("playing", [swallows, wraps, gives_up])
@pytest.mark.parametrize("error", [BudgetSpent("enough"), IncompleteRun("disk"), InfrastructureError("down")])
async def test_an_error_of_the_run_is_no_score(playing: Callable[[Any], Awaitable[Any]], error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        await play(playing, error)
    assert raised.value is error


async def test_an_effect_that_the_journal_does_not_take_is_no_score() -> None:
    with pytest.raises(IncompleteRun, match="disk"):
        await play(swallows_an_effect, IncompleteRun("the disk is full"))


@pytest.mark.parametrize("error", [InfrastructureError("the first server is down"), MissingRecord("none")])
async def test_an_environment_may_go_on_after_an_effect_that_failed_and_so_does_a_replay(error: Exception) -> None:
    assert (await play(swallows_an_effect, error)).trajectory.score == 1


async def test_an_environment_may_go_on_after_a_prompt_that_did_not_fit() -> None:
    assert (await play(swallows, ContextWindowExceeded("too long"))).trajectory.score == 1


async def test_work_that_cancels_itself_is_told_with_its_task() -> None:
    async def own(_: Any) -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        task.cancel()
        await task

    with pytest.raises(RuntimeError, match="'the task' was cancelled by its own work"):
        await play(own)


async def test_a_rollout_that_is_cancelled_ends_so() -> None:
    async def waits(_: Any) -> None:
        await asyncio.sleep(60)

    rollout = asyncio.create_task(play(waits))
    await asyncio.sleep(0)
    rollout.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rollout


async def test_an_environment_does_not_end_the_process() -> None:
    async def leaves(_: Any) -> None:
        sys.exit(0)

    with pytest.raises(ConfigError, match=r"rollout\(\) of task 'the task' called sys.exit\(0\)"):
        await play(leaves)
