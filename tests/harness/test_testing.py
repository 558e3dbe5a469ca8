"""The conformance checks: what keeps the contract passes, and each way of breaking it is named."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from harness.core.domain import Instruction, Modules, Role, Task, Trajectory
from harness.core.environment import AgentModel, Description
from harness.core.errors import InfrastructureError
from harness.core.lab import Lab
from harness.core.messages import Message
from harness.testing import ConformanceError, check_environment, check_method


class Good:
    """An environment that keeps the contract."""

    description = Description(
        "good", "1", scorer_version="1", data_checksum="sum", purpose="The agent answers.", categories=("a",)
    )

    def describe(self) -> Description:
        return self.description

    def initial_modules(self) -> Modules:
        return Modules.of_instruction("Answer.")

    def tasks(self, split: str) -> Sequence[Task]:
        return [Task(f"{split}-{n}", f"{split} question {n}", f"truth {n}", "a", n) for n in range(3)]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        answer = await agent.complete([Message("user", modules.instruction() + task.query)])
        return Trajectory(task.id, (), answer=answer.text, success=False, score=0.0)


def test_a_good_environment_passes() -> None:
    check_environment(Good())


class SameQueryInOtherRooms(Good):
    """Two tasks may read alike where what the agent meets differs."""

    def tasks(self, split: str) -> Sequence[Task]:
        first = 0 if split == "train" else 3
        return [Task(f"{split}-{n}", "find the key", f"truth {n}", "a", n) for n in range(first, first + 3)]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        room = [
            Message("system", modules.instruction()),
            Message("user", f"{task.query}: you are in room {task.payload}"),
        ]
        answer = await agent.complete(room)
        return Trajectory(task.id, (), answer=answer.text, success=False, score=0.0)


def test_equal_queries_in_different_worlds_pass() -> None:
    check_environment(SameQueryInOtherRooms())


class SameIds(Good):
    def tasks(self, split: str) -> Sequence[Task]:
        return [replace(task, id=task.id.removeprefix(split)) for task in super().tasks(split)]


class OtherOrder(Good):
    turn: ClassVar = itertools.count()

    def tasks(self, split: str) -> Sequence[Task]:
        tasks = list(super().tasks(split))
        return tasks if next(self.turn) < 2 else tasks[::-1]


class StrangeCategory(Good):
    description = replace(Good.description, categories=("b",))


class NoPurpose(Good):
    description = replace(Good.description, purpose="")


class ShowsTheTruth(Good):
    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        return await super().rollout(
            modules.with_module("instruction", Instruction("Answer. " + task.truth)), task, agent
        )


class DropsTheInstruction(Good):
    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        return await super().rollout(modules.with_module("instruction", Instruction("")), task, agent)


class NeverAsks(Good):
    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        return Trajectory(task.id, (), answer="", success=False, score=0.0)


class ScoresTooHigh(Good):
    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        return replace(await super().rollout(modules, task, agent), score=2.0)


class SharesState(Good):
    played = 0

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        type(self).played += 1
        before = self.played
        trajectory = await super().rollout(modules, task, agent)
        return replace(trajectory, answer=str(self.played - before))


class ScoresInfrastructure(Good):
    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        try:
            return await super().rollout(modules, task, agent)
        except InfrastructureError:
            return Trajectory(task.id, (), answer="", success=False, score=0.0)


class TestsWhatItTrained(Good):
    """Other ids and other spacing, the same questions."""

    def tasks(self, split: str) -> Sequence[Task]:
        return [
            replace(task, query=task.query.removeprefix(split).replace("question", "Question  "))
            for task in super().tasks(split)
        ]


class AsksTwice(Good):
    def tasks(self, split: str) -> Sequence[Task]:
        return [replace(task, query=task.query.replace("2", "1")) for task in super().tasks(split)]


BROKEN_ENVIRONMENTS = {
    TestsWhatItTrained: "train-0 and test-0 .* in the training and in the test split",
    AsksTwice: "train-1 and train-2 .* twice in a split",
    SameIds: "unique over both splits",
    OtherOrder: "in order, at every call",
    StrangeCategory: "not in describe",
    NoPurpose: "purpose must not be empty",
    ShowsTheTruth: "ground truth stands in the agent's prompt",
    DropsTheInstruction: "does not reach the agent's prompt",
    NeverAsks: "must ask the agent",
    ScoresTooHigh: r"must lie in \[0, 1\]",
    SharesState: "at the same time must give",
    ScoresInfrastructure: "must pass through",
}


@pytest.mark.parametrize("broken", BROKEN_ENVIRONMENTS, ids=lambda cls: cls.__name__)
def test_a_broken_environment_is_named(broken: type[Good]) -> None:
    with pytest.raises(ConformanceError, match=BROKEN_ENVIRONMENTS[broken]):
        check_environment(broken())


class Steps:
    """A method that keeps the contract."""

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        evidence = await lab.explore(lab.initial, tasks)
        return await lab.optimize(lab.initial, evidence)


def test_a_good_method_passes() -> None:
    check_method(Steps())


class ChangesTheTasks(Steps):
    async def train(self, lab: Lab, tasks: Any) -> Modules:
        trained = await super().train(lab, tasks)
        tasks.pop()
        return trained


class KeepsState(Steps):
    turn = 0

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        self.turn += 1
        return Modules.of_instruction(str(self.turn))


class TakesTheFastest(Steps):
    async def train(self, lab: Any, tasks: Sequence[Task]) -> Modules:
        import asyncio

        strands = [asyncio.create_task(lab.scope(str(n)).backtest(lab.initial, tasks[n:])) for n in range(9)]
        done, _ = await asyncio.wait(strands, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(strands)
        return Modules.of_instruction(str(sorted(strands.index(strand) for strand in done)))


class ReturnsNothing(Steps):
    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        return None  # type: ignore[return-value]


class NoVersion(Steps):
    version = ""


class DrawsTheSameCandidates(Steps):
    """Best of three, all of them alike."""

    attempts: ClassVar = (0, 0, 0)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        evidence = await lab.explore(lab.initial, tasks)
        drawn = [await lab.optimize(lab.initial, evidence, attempt) for attempt in self.attempts]
        scores = [(await lab.validate(modules)).mean for modules in drawn]
        return drawn[scores.index(max(scores))]


class AsksForTheSameTwice(Steps):
    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        prompt = [Message("user", "Write an instruction.")]
        drawn = [await lab.complete(Role.OPTIMIZER, prompt) for _ in range(2)]
        return Modules.of_instruction(max(drawn))


class DrawsThree(DrawsTheSameCandidates):
    attempts: ClassVar = (0, 1, 2)


def test_candidates_with_an_attempt_each_pass() -> None:
    check_method(DrawsThree())


BROKEN_METHODS = {
    DrawsTheSameCandidates: r"same request of lab\.optimize 3 times",
    AsksForTheSameTwice: r"same request of lab\.complete 2 times",
    ChangesTheTasks: "must not change the list",
    KeepsState: "keep nothing between calls",
    TakesTheFastest: "whatever strand is faster",
    ReturnsNothing: "must return Modules",
    NoVersion: "must have a `version`",
}


@pytest.mark.parametrize("broken", BROKEN_METHODS, ids=lambda cls: cls.__name__)
def test_a_broken_method_is_named(broken: type[Steps]) -> None:
    with pytest.raises(ConformanceError, match=BROKEN_METHODS[broken]):
        check_method(broken())
