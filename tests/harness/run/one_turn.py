"""A one-turn environment that counts what is alive while it plays, and a script for all roles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.messages import Message

HELD: list[tuple[int, int]] = []
"""Trajectories and tasks of asyncio that were alive, now and then."""


class Watched(Trajectory):
    """A trajectory; `alive` is how many there are."""

    alive = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        Watched.alive += 1

    def __del__(self) -> None:
        Watched.alive -= 1


class OneTurn:
    """Tasks that take one call each; no modules help."""

    def __init__(self, train_size: int) -> None:
        self.train_size = train_size
        self.played = 0

    def describe(self) -> Description:
        return Description("one_turn", "1", "1", "none", "The agent answers.", generated=True)

    def initial_modules(self) -> Modules:
        return Modules.of_instruction("Answer.")

    def tasks(self, split: Split) -> Sequence[Task]:
        number = self.train_size if split == "train" else 2
        return [Task(f"{split}-{n}", f"question {n}?", f"the truth {n}", "ab"[n % 2]) for n in range(number)]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        self.played += 1
        if self.played % 10 == 0:
            HELD.append((Watched.alive, len(asyncio.all_tasks())))
        answer = await agent.complete([Message("system", modules.instruction()), Message("user", task.query)])
        return Watched(task.id, (), answer.text, success=False, score=0.0)


def answer(role: str, messages: Sequence[Message]) -> str:
    """Play every role; what an optimizer and a merger write is new."""
    if role == "evaluator":
        return '{"failed": "all of it", "advice": "be right"}'
    words = f"{hash(tuple(message.content for message in messages)) % 10**6}"
    return f"<instruction>\n- {words}\n</instruction>" if role in ("optimizer", "merger") else words
