"""A Lab without models, for tests of methods."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.core.clustering import Cluster, Vectors
from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Instruction,
    Modules,
    Performance,
    Role,
    Step,
    Task,
    Trajectory,
    digest,
)
from harness.core.lab import NOTHING, C, Shown, Work
from harness.core.messages import Message
from harness.run.clustering.assignment import assign, grouped
from harness.run.embedding import tfidf
from harness.run.roles import rendering


@dataclass(frozen=True)
class LabCall:
    """One call of a Lab's verb.

    Attributes
    ----------
    scope
        Path of the scope, ``""`` for the method's own Lab and ``"/subset-1"`` for a child.
    verb
        Name of the verb; of a note or an effect, its kind.
    modules
        Digests of the modules that it got.
    tasks
        Ids of the tasks.
    facts
        What else the call was about: ``attempt``, ``role``, facts of a note.
    """

    scope: str
    verb: str
    modules: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def by_words(modules: Modules, task: Task) -> float:
    """Score 1 where the modules hold the task's id as a word."""
    return float(task.id in modules.instruction().split())


def learned(modules: Modules, evidence: Evidence, attempt: int) -> str:
    """Add a line for each task that was seen; another attempt adds a line of its own."""
    lines = [f"- {task_id}" for task_id in sorted({item.task.id for item in evidence})]
    extra = [f"- attempt {attempt}"] if attempt else []
    return "\n".join(dict.fromkeys([*modules.instruction().splitlines(), *lines, *extra]))


def joined(candidates: Sequence[Candidate], attempt: int) -> str:
    """Join the candidates' lines, each once; another attempt adds a line of its own."""
    lines = [line for candidate in candidates for line in candidate.modules.instruction().splitlines()]
    return "\n".join(dict.fromkeys([*lines, *([f"- attempt {attempt}"] if attempt else [])]))


def some_text(role: Role, messages: Sequence[Message], attempt: int) -> str:
    """Return a digest of the request."""
    return digest([role.value, attempt, *(message.content for message in messages)])


@dataclass
class Script:
    """What a `LabStandIn` answers, and what it was asked; all its scopes share one.

    Attributes
    ----------
    score
        Score in [0, 1] of modules on a task.
    optimize, merge
        The instruction that the optimizer or the merger writes.
    complete
        The answer of a role to a prompt of the method's own.
    embed
        Vectors of texts.
    delay
        Turns of the event loop that a verb takes, by scope: which strand is faster.
    steps
        How many steps the budget allows each scope; None for no limit.
    validation
        The validation tasks.
    calls
        Every call, in the order in which the verbs ended.
    """

    score: Callable[[Modules, Task], float] = by_words
    optimize: Callable[[Modules, Evidence, int], str] = learned
    merge: Callable[[Sequence[Candidate], int], str] = joined
    complete: Callable[[Role, Sequence[Message], int], str] = some_text
    embed: Callable[[Sequence[str]], Vectors] = tfidf
    delay: Callable[[str], int] = lambda scope: 0  # noqa: ARG005
    steps: int | None = None
    validation: Sequence[Task] = ()
    calls: list[LabCall] = field(default_factory=list)

    def of(self, verb: str) -> list[LabCall]:
        """Return the calls of a verb."""
        return [call for call in self.calls if call.verb == verb]


class LabStandIn:
    """A Lab whose agent, optimizer and merger are functions: a method's test says what they do, and sees every call.

    Examples
    --------
    >>> import asyncio
    >>> from harness.core.domain import Task
    >>> lab = LabStandIn(Script(score=lambda modules, task: float("- be brief" in modules.instruction()),
    ...                         optimize=lambda modules, evidence, attempt: "Answer.\\n- be brief"))
    >>> async def train(lab, tasks):
    ...     return await lab.optimize(lab.initial, await lab.explore(lab.initial, tasks))
    >>> asyncio.run(train(lab, [Task("t1", "How are you?", "well", "small talk")])).instruction()
    'Answer.\\n- be brief'
    >>> [call.verb for call in lab.script.calls]
    ['explore', 'optimize']

    Parameters
    ----------
    script
        What it answers. By default a task is solved by modules that hold its id as a word, the optimizer adds the ids
        of the tasks that it saw, and the merger joins lines.
    initial
        The modules of the vanilla agent.
    """

    purpose = "The agent says words."

    def __init__(self, script: Script | None = None, initial: Modules | None = None, *, name: str = "") -> None:
        self.script = script or Script()
        self.name = name
        self.initial = initial or Modules.of_instruction("say")
        self._steps = 0
        self._busy = False

    @property
    def validation(self) -> int:
        """How many validation tasks the script has."""
        return len(self.script.validation)

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """Play, and write evaluations that say how it went."""
        await self._did("explore", [modules], tasks=tasks)
        read = self._evaluation if evaluate else lambda *_: Evaluation("", "", pattern="", advice="")
        return Evidence(tuple(Experience(t, self._play(modules, t), read(modules, t)) for t in tasks))

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> Modules:
        """Return the modules with the instruction that the script writes."""
        seen = digest([[item.task.id, item.trajectory.score, item.evaluation.advice] for item in evidence])
        await self._did("optimize", [modules], tasks=[item.task for item in evidence], attempt=attempt, evidence=seen)
        return _with_text(modules, self.script.optimize(modules, evidence, attempt))

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """Return the first candidate's modules with the instruction that the script writes."""
        await self._did("merge", [candidate.modules for candidate in candidates], attempt=attempt)
        return _with_text(candidates[0].modules, self.script.merge(candidates, attempt))

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Measure."""
        return await self._measure("backtest", modules, tasks=tasks)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Measure."""
        return await self._measure("gate", modules, tasks=tasks)

    async def validate(self, modules: Modules) -> Performance:
        """Measure on the validation tasks."""
        return await self._measure("validate", modules, tasks=self.script.validation)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed as the script says."""
        await self._did("embed")
        return self.script.embed(texts)

    async def cluster(self, candidates: Sequence[C], algorithm: Cluster, k: int) -> list[list[C]]:
        """Cluster as a real Lab does."""
        modules = [candidate.modules for candidate in candidates]
        seed = int(self.rng("cluster").integers(2**31))
        labels, fallback = assign(algorithm, self.script.embed([each.text for each in modules]), k=k, seed=seed)
        await self._did("cluster", modules, labels=labels, even_split_because=fallback)
        return grouped(candidates, labels, k=k)

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        """Answer as the script does."""
        text = "\n".join(message.content for message in messages)
        await self._did("complete", role=role, attempt=attempt, prompt=text)
        return self.script.complete(role, messages, attempt)

    def shown(self, evidence: Evidence, beside: str = "") -> Shown:  # noqa: ARG002
        """Write all of them out."""
        items = [rendering.experience(item, number=number) for number, item in enumerate(evidence, 1)]
        return Shown("\n\n".join(items), len(items))

    def tokens(self, text: str) -> int:
        """Count words."""
        return len(text.split())

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Compute it."""
        result = await compute()
        await self._did(kind, result=result)
        return result

    def note(self, kind: str, **facts: Any) -> None:
        """Keep it among the calls."""
        self.script.calls.append(LabCall(self.name, kind, facts=facts))

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        """Keep it among the calls."""
        digests = tuple(parent.digest for parent in parents)
        self.script.calls.append(LabCall(self.name, kind, digests, facts={"made": made, **facts}))

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NOTHING) -> bool:  # noqa: ARG002
        """Count the steps of this scope up to the script's limit."""
        self._steps += 1
        return self.script.steps is None or self._steps <= self.script.steps

    def budget(self) -> Mapping[str, str | float]:
        """Return the steps of the script and how many were asked for."""
        return {"match": "steps", "amount": self.script.steps or 0, "used": self._steps}

    def rng(self, name: str) -> np.random.Generator:
        """Return a generator seeded by scope and name."""
        return np.random.default_rng(int(digest([self.name, name])[:16], 16))

    def scope(self, name: str, share: int = 1) -> LabStandIn:  # noqa: ARG002
        """Return a child with the same script."""
        return LabStandIn(self.script, self.initial, name=f"{self.name}/{name}")

    async def _measure(self, verb: str, modules: Modules, *, tasks: Sequence[Task]) -> Performance:
        unique = list({task.id: task for task in tasks}.values())
        await self._did(verb, [modules], tasks=unique)
        return Performance.of(unique, [self._play(modules, task) for task in unique])

    async def _did(
        self, verb: str, modules: Sequence[Modules] = (), *, tasks: Sequence[Task] = (), **facts: Any
    ) -> None:
        if self._busy:
            raise RuntimeError(f"the Lab {self.name!r} is at work: strands that run at once take lab.scope(name) each")
        self._busy = True
        for _ in range(self.script.delay(self.name)):
            await asyncio.sleep(0)
        self._busy = False
        digests = tuple(each.digest for each in modules)
        self.script.calls.append(
            LabCall(self.name, verb, modules=digests, tasks=tuple(task.id for task in tasks), facts=facts)
        )

    def _play(self, modules: Modules, task: Task) -> Trajectory:
        score = self.script.score(modules, task)
        return Trajectory(task.id, (Step("say", "heard"),), answer="", success=score == 1.0, score=score)

    def _evaluation(self, modules: Modules, task: Task) -> Evaluation:
        solved = self.script.score(modules, task) == 1.0
        return Evaluation(
            "correct" if solved else "incorrect", "", pattern="", advice="" if solved else f"think of {task.id}"
        )


def _with_text(modules: Modules, text: str) -> Modules:
    name = next(name for name in modules.trainable if isinstance(modules[name], Instruction))
    return modules.with_module(name, Instruction(text))
