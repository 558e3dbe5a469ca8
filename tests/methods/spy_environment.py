"""An environment that writes down what it is asked for, and methods that train on it honestly or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.core.domain import Modules, Step, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.lab import Lab
from harness.core.messages import Message
from harness.run.clustering import kmeans
from methods.fgo import FGO
from methods.partition import by_category

LOG: list[str] = []


class Spy:
    """Six training tasks of two kinds and two test tasks; the agent is asked once a task."""

    def describe(self) -> Description:
        return Description(
            "spy",
            "1",
            scorer_version="1",
            data_checksum="none",
            purpose="The agent answers questions.",
            categories=("a", "b"),
            generated=True,
        )

    def initial_modules(self) -> Modules:
        return Modules.of_instruction("Answer the question.")

    def tasks(self, split: Split) -> Sequence[Task]:
        LOG.append(f"tasks {split}")
        return [
            Task(f"{split}-{i}", f"question {i}?", f"truth {i}", "ab"[i % 2])
            for i in range(6 if split == "train" else 2)
        ]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        LOG.append(f"play {task.id.partition('-')[0]}")
        prompt = [Message("system", modules.instruction()), Message("user", task.query)]
        answer = await agent.complete(prompt)
        return Trajectory(task.id, (Step("say", answer.text),), answer=answer.text, success=False, score=0.0)


@dataclass(frozen=True)
class Honest:
    """FGO."""

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        trained = await FGO(2, 2, partition=by_category, cluster=kmeans).train(lab, tasks)
        LOG.append("trained")
        return trained


@dataclass(frozen=True)
class Peeking:
    """FGO that reaches behind the Lab for the test tasks, and selects on them."""

    version: ClassVar[str] = "1"

    async def train(self, lab: Any, tasks: Sequence[Task]) -> Modules:
        trained = await FGO(2, 2, partition=by_category, cluster=kmeans).train(lab, tasks)
        await lab.backtest(trained, Spy().tasks("test"))
        LOG.append("trained")
        return trained
