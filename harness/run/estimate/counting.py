"""A Lab without models: it counts what a method asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import clock
from harness.core.clustering import Cluster
from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Instruction,
    Modules,
    Outcome,
    Performance,
    Purpose,
    Role,
    Task,
    Tool,
    Trajectory,
    Usage,
    digest,
)
from harness.core.lab import NOTHING, C, Lab, Shown, Work
from harness.core.messages import Message
from harness.llm.key_set import KeySet
from harness.run.estimate.rates import Rate, Rates
from harness.run.lab.allowance import Allowance
from harness.run.lab.role_calls import PURPOSE_OF

FREE = Rate(0.0)

LOW_BITS = 2**64 - 1

SLOWEST = 2.0
"""Concurrent rollouts take as long as the slowest of them: this multiple of the mean is assumed."""


@dataclass
class Tally:
    """What all scopes of a dry run have asked for.

    Attributes
    ----------
    usage
        By purpose and role.
    seen
        Rollouts that were counted: equal ones are played once in a run.
    """

    usage: dict[tuple[Purpose, Role], Rate] = field(default_factory=dict)
    seen: KeySet = field(default_factory=KeySet)
    optimizer_calls: int = 0
    merge_calls: int = 0

    def add(self, purpose: Purpose, role: Role, *, rate: Rate) -> None:
        """Count."""
        have = self.usage.get((purpose, role), Rate(0.0))
        usd = None if have.usd is None or rate.usd is None else have.usd + rate.usd
        self.usage[purpose, role] = Rate(
            have.calls + rate.calls,
            have.prompt + rate.prompt,
            cached=have.cached + rate.cached,
            completion=have.completion + rate.completion,
            usd=usd,
            seconds=have.seconds + rate.seconds,
        )


class CountingLab:
    """A `Lab` whose agents learn nothing: modules are all new, successes are coins, clusters come out even.

    Parameters
    ----------
    window
        Tokens that the optimizer's prompt may have.
    """

    def __init__(
        self,
        initial: Modules,
        purpose: str,
        *,
        rates: Rates,
        tally: Tally,
        validation: Sequence[Task] = (),
        seed: int = 0,
        window: int = 2**31,
        scope: str = "",
        allowance: Allowance | None = None,
    ) -> None:
        self.initial = initial
        self.purpose = purpose
        self._rates = rates
        self._tally = tally
        self._validation = validation
        self._seed = seed
        self._window = window
        self._scope = scope
        self._allowance = allowance or Allowance()
        self._made = 0
        self._shown: Rate | None = None

    @property
    def validation(self) -> int:
        """How many validation tasks there are."""
        return len(self._validation)

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """Count rollouts and evaluations."""
        unique = list({task.id: task for task in tasks}.values())
        evaluation = self._rates.evaluation if evaluate else FREE
        fresh = self._play(modules, unique, purpose=Purpose.EXPLORE, evaluation=evaluation)
        self._tally.add(Purpose.EVALUATE, Role.EVALUATOR, rate=evaluation.times(fresh))
        clock.advance(evaluation.seconds if fresh else 0.0)
        return Evidence(tuple(_experience(modules, task) for task in tasks))

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> Modules:  # noqa: ARG002
        """Count an optimizer call for each trainable module."""
        for _ in modules.trainable:
            self._tally.optimizer_calls += 1
            rate = _plus(self._rates.optimization, self._experiences(evidence))
            self._call(Purpose.OPTIMIZE, Role.OPTIMIZER, rate=rate)
        return self._next(modules)

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:  # noqa: ARG002
        """Count a merger call for each trainable module."""
        for _ in candidates[0].modules.trainable:
            self._tally.merge_calls += 1
            self._call(Purpose.MERGE, Role.MERGER, rate=self._rates.merge)
        return self._next(candidates[0].modules)

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Count rollouts."""
        return self._measure(modules, tasks, purpose=Purpose.BACKTEST)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Count rollouts."""
        return self._measure(modules, tasks, purpose=Purpose.GATE)

    async def validate(self, modules: Modules) -> Performance:
        """Count rollouts."""
        return self._measure(modules, self._validation, purpose=Purpose.VALIDATE)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return equal vectors."""
        return np.ones((len(texts), 1))

    async def cluster(self, candidates: Sequence[C], algorithm: Cluster, k: int) -> list[list[C]]:  # noqa: ARG002
        """Divide evenly."""
        return [[candidates[i] for i in part] for part in np.array_split(np.arange(len(candidates)), k)]

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:  # noqa: ARG002
        """Count a call, for its role, and answer as one that writes an instruction does, marked where that is asked."""
        self._tally.optimizer_calls += role is Role.OPTIMIZER
        self._tally.merge_calls += role is Role.MERGER
        rate = self._rates.of(role)
        if role is Role.OPTIMIZER and self._shown is not None:
            rate, self._shown = _plus(rate, self._shown), None
        self._call(PURPOSE_OF[role], role, rate=rate)
        self._made += 1
        mark = " [guess]" if any("[guess]" in message.content for message in messages) else ""
        return f"<instruction>\n- {self._scope} {self._made}{mark}\n</instruction>"

    def shown(self, evidence: Evidence, beside: str = "") -> Shown:  # noqa: ARG002
        """Return no text; the next call of the optimizer counts what these experiences take."""
        self._shown = self._experiences(evidence)
        return Shown("", len(evidence))

    def tokens(self, text: str) -> int:
        """Return a rough length."""
        return len(text) // 4

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Compute it."""
        return await compute()

    def note(self, kind: str, **facts: Any) -> None:
        """Do nothing."""

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        """Do nothing."""

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NOTHING) -> bool:
        """Answer by what the steps so far are expected to take."""
        return self._allowance.another_step(len({task.id for task in tasks}), then)

    def budget(self) -> Mapping[str, str | float]:
        """Return the share and what is expected to be used of it."""
        return self._allowance.facts()

    def rng(self, name: str) -> np.random.Generator:
        """Return the generator that the run has."""
        material = f"{self._seed}\n{self._scope}\n{name}".encode()
        return np.random.default_rng(list(hashlib.sha256(material).digest()))

    def scope(self, name: str, share: int = 1) -> Lab:
        """Return a child that counts into the same tally."""
        path = f"{self._scope}/{name}" if self._scope else name
        return CountingLab(
            self.initial,
            self.purpose,
            rates=self._rates,
            tally=self._tally,
            validation=self._validation,
            seed=self._seed,
            window=self._window,
            scope=path,
            allowance=self._allowance.child(share),
        )

    def _experiences(self, evidence: Evidence) -> Rate:
        shown = self._rates.experience.times(len(evidence))
        return shown.times(min(1.0, self._window / shown.prompt) if shown.prompt else 1.0)

    def _measure(self, modules: Modules, tasks: Sequence[Task], *, purpose: Purpose) -> Performance:
        unique = list({task.id: task for task in tasks}.values())
        self._play(modules, unique, purpose=purpose)
        return Performance.of(unique, (Outcome(float(_solves(modules, task))) for task in unique))

    def _play(self, modules: Modules, tasks: Sequence[Task], *, purpose: Purpose, evaluation: Rate = FREE) -> int:
        seen, made = self._tally.seen, (modules.digest, purpose)
        fresh = sum(seen.add_number(hash((made, task.id)) & LOW_BITS) for task in tasks)
        rollout = self._rates.rollout
        self._tally.add(purpose, Role.AGENT, rate=rollout.times(fresh))
        taking = self._allowance.taking()
        taking.add(_usage(rollout), _usage(evaluation), rollouts=len(tasks))
        self._allowance.rolled_out(taking)
        clock.advance(rollout.seconds * (SLOWEST if len(tasks) > 1 else len(tasks)))
        return fresh

    def _call(self, purpose: Purpose, role: Role, *, rate: Rate) -> None:
        self._tally.add(purpose, role, rate=rate)
        self._allowance.called(_usage(rate))
        clock.advance(rate.seconds)

    def _next(self, modules: Modules) -> Modules:
        self._made += 1
        mark = f"{self._scope} {self._made}"
        for name in modules.trainable:
            module = modules[name]
            changed = (
                Instruction(f"{module.text}\n- {mark}")
                if isinstance(module, Instruction)
                else replace(
                    module, tools=(*module.tools, Tool(f"tool_{len(module.tools)}", mark, parameters={}, source=""))
                )
            )
            modules = modules.with_module(name, changed)
        return modules


def _experience(modules: Modules, task: Task) -> Experience:
    success = _solves(modules, task)
    trajectory = Trajectory(task.id, (), answer="", success=success, score=float(success))
    return Experience(task, trajectory, Evaluation("correct" if success else "incorrect", "", pattern="", advice=""))


def _solves(modules: Modules, task: Task) -> bool:
    return int(digest([modules.digest, task.id])[:1], 16) < 8


def _plus(one: Rate, other: Rate) -> Rate:
    tally = Tally()
    for rate in (one, other):
        tally.add(Purpose.OPTIMIZE, Role.OPTIMIZER, rate=rate)
    return tally.usage[Purpose.OPTIMIZE, Role.OPTIMIZER]


def _usage(rate: Rate) -> Usage:
    return Usage(
        round(rate.calls),
        round(rate.prompt),
        cached=0,
        completion=round(rate.completion),
        reasoning=0,
        usd=rate.usd,
        seconds=rate.seconds,
    )
