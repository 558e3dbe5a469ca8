"""A Lab of which a test says what the agent scores, what the merger answers, and which strand is faster.

Every module is a set of words, one a line; by default a task is solved by modules that hold its id's word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Modules,
    Performance,
    Role,
    Step,
    Task,
    Trajectory,
    digest,
)
from harness.core.lab import NOTHING as NO_WORK
from harness.core.lab import Work
from harness.core.messages import Message
from harness.run.embedding import Vectors, tfidf

NOTHING = Evaluation("", "", "", "")


def make_tasks(n: int, categories: int = 1) -> list[Task]:
    return [Task(f"t{i}", f"q{i}", f"truth {i}", f"c{i % categories}") for i in range(n)]


def by_words(modules: Modules, task: Task) -> float:
    return float(task.id in modules.instruction().split())


@dataclass
class Call:
    scope: str
    verb: str
    modules: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """What all scopes share."""

    score: Callable[[Modules, Task], float] = by_words
    answer: Callable[[Sequence[Message], int], str] = lambda messages, attempt: ""
    merged: Callable[[Sequence[Candidate], int], str] | None = None
    embed: Callable[[Sequence[str]], Vectors] = tfidf
    delay: Callable[[str], int] = lambda scope: 0
    validation: Sequence[Task] = ()
    calls: list[Call] = field(default_factory=list)

    def of(self, verb: str) -> list[Call]:
        return [call for call in self.calls if call.verb == verb]


class StubLab:
    purpose = "The agent says words."

    def __init__(self, world: World | None = None, name: str = "") -> None:
        self.world = world or World()
        self.name = name
        self.initial = Modules.of_instruction("say")

    async def explore(self, modules: Modules, tasks: Sequence[Task]) -> Evidence:
        await self._did("explore", [modules], tasks)
        return Evidence(tuple(Experience(task, self._play(modules, task), NOTHING) for task in tasks))

    async def optimize(self, modules: Modules, evidence: Evidence) -> Modules:
        """Learn the words of the tasks that were seen."""
        seen = [e.task.id for e in evidence]
        await self._did("optimize", [modules], [e.task for e in evidence])
        words = dict.fromkeys([*modules.instruction().splitlines(), *(f"- {word}" for word in sorted(set(seen)))])
        return Modules.of_instruction("\n".join(words))

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        await self._did("merge", [c.modules for c in candidates], attempt=attempt)
        if self.world.merged:
            return Modules.of_instruction(self.world.merged(candidates, attempt))
        lines = dict.fromkeys(line for c in candidates for line in c.modules.instruction().splitlines())
        return Modules.of_instruction("\n".join(lines))

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        return await self._measure("backtest", modules, tasks)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        return await self._measure("gate", modules, tasks)

    async def validate(self, modules: Modules) -> Performance:
        return await self._measure("validate", modules, self.world.validation)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return self.world.embed(texts)

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        await self._did("complete", [], role=role, attempt=attempt)
        return self.world.answer(messages, attempt)

    def tokens(self, text: str) -> int:
        return len(text.split())

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        result = await compute()
        await self._did(kind, [], result=result)
        return result

    def note(self, kind: str, **facts: Any) -> None:
        self.world.calls.append(Call(self.name, kind, (), (), facts))

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        self.world.calls.append(Call(self.name, kind, tuple(p.digest for p in parents), (), {"made": made, **facts}))

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NO_WORK) -> bool:
        return True

    def rng(self, name: str) -> np.random.Generator:
        return np.random.default_rng(int(digest([self.name, name])[:16], 16))

    def scope(self, name: str, share: int = 1) -> StubLab:
        return StubLab(self.world, f"{self.name}/{name}")

    async def _measure(self, verb: str, modules: Modules, tasks: Sequence[Task]) -> Performance:
        await self._did(verb, [modules], tasks)
        return Performance.of(tasks, [self._play(modules, task) for task in tasks])

    async def _did(self, verb: str, modules: Sequence[Modules], tasks: Sequence[Task] = (), **facts: Any) -> None:
        for _ in range(self.world.delay(self.name)):
            await asyncio.sleep(0)
        self.world.calls.append(
            Call(self.name, verb, tuple(m.digest for m in modules), tuple(t.id for t in tasks), facts)
        )

    def _play(self, modules: Modules, task: Task) -> Trajectory:
        score = self.world.score(modules, task)
        return Trajectory(task.id, (Step("say", "heard"),), "", score == 1.0, score)
