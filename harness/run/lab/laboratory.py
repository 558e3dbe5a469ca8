"""The Lab at work: rollouts, roles and lineage behind the verbs that methods see."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.clustering import Cluster
from harness.core.domain import (
    Candidate,
    Evidence,
    Modules,
    Performance,
    Purpose,
    Role,
    Task,
)
from harness.core.errors import AnswerError, ConfigError, HarnessError, IncompleteRun
from harness.core.lab import NOTHING, C, Lab, Shown, Work
from harness.core.messages import Message
from harness.run.clustering.assignment import grouped
from harness.run.lab import grouping
from harness.run.lab.allowance import Allowance
from harness.run.lab.bench import Bench
from harness.run.lab.lineage import Place
from harness.run.lab.role_calls import RoleCalls
from harness.run.lab.verb import Verb
from harness.run.roles.context import cut_facts


class Laboratory:
    """The Lab of one scope."""

    def __init__(
        self, bench: Bench, scope: str = "", *, place: Place = (0,), allowance: Allowance | None = None
    ) -> None:
        self._bench = bench
        self._scope = scope
        self._place = place
        self._taken = 0
        self._busy = False
        self._allowance = allowance or bench.allowance
        self._roles = RoleCalls(bench, self._allowance)
        self._stopped = False

    @property
    def initial(self) -> Modules:
        """The parameters of the vanilla agent."""
        return self._bench.initial

    @property
    def purpose(self) -> str:
        """See `Lab.purpose`."""
        return self._bench.description.purpose

    @property
    def validation(self) -> int:
        """See `Lab.validation`."""
        return len(self._bench.validation)

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """See `Lab.explore`."""
        if self._allowance.overdrawn():
            raise ConfigError(
                f"budget.match={self._allowance.match}: this method continues beyond its share; its train() must ask "
                "lab.another_step() before each step"
            )
        with self._turn() as place:
            unique = list({task.id: task for task in tasks}.values())
            played = await self._verb(Purpose.EXPLORE, place).experiences(modules, unique, evaluate=evaluate)
            by_id = {item.task.id: item for item in played}
            evidence = Evidence(tuple(by_id[task.id] for task in tasks))
            performance = Evidence(tuple(played)).performance
            self._bench.book.add(place, self._scope, kind="explore", made=modules, performance=performance)
            return evidence

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """See `Lab.backtest`."""
        return await self._measure(modules, tasks, purpose=Purpose.BACKTEST)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """See `Lab.gate`."""
        return await self._measure(modules, tasks, purpose=Purpose.GATE)

    async def validate(self, modules: Modules) -> Performance:
        """See `Lab.validate`."""
        if not self._bench.validation:
            raise ConfigError("this method validates, but no tasks are held out: set validation_size=N")
        return await self._measure(modules, self._bench.validation, purpose=Purpose.VALIDATE)

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> Modules:
        """See `Lab.optimize`."""
        with self._turn() as place:
            made, facts = await self._roles.optimize(modules, evidence, attempt)
            self._made(place, "optimize", made=made, parents=[modules], facts=facts)
            return made

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """See `Lab.merge`."""
        with self._turn() as place:
            made, facts = await self._roles.merge(candidates, attempt)
            self._made(place, "merge", made=made, parents=[candidate.modules for candidate in candidates], facts=facts)
            return made

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """See `Lab.embed`."""
        with self._turn():
            return await self._bench.embedder(texts, self._bench.door.effect)

    async def cluster(self, candidates: Sequence[C], algorithm: Cluster, k: int) -> list[list[C]]:
        """See `Lab.cluster`."""
        modules = [candidate.modules for candidate in candidates]
        seed = int(self.rng("cluster").integers(2**31))
        with self._turn() as place:
            result = await grouping.assignment(self._bench, modules, algorithm=algorithm, k=k, seed=seed)
            self._bench.book.add(place, self._scope, kind="cluster", facts={"result": result})
            return grouped(candidates, result["labels"], k=k)

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        """See `Lab.complete`."""
        with self._turn():
            return await self._roles.complete(role, messages, attempt)

    def shown(self, evidence: Evidence, beside: str = "") -> Shown:
        """See `Lab.shown`."""
        fitted = self._roles.shown(evidence, beside)
        if fitted.cut:
            self._bench.counts["truncated_steps"] += 1
            self.note("cut", **cut_facts("truncate", fitted))
        return Shown(fitted.text, fitted.whole + fitted.partial)

    def tokens(self, text: str) -> int:
        """See `Lab.tokens`."""
        return self._bench.door.count_tokens(Role.AGENT, text)

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """See `Lab.effect`."""
        with self._turn(own=True) as place:
            # A result may depend on vectors, and so on the embedding.
            placed = {"embedding": self._bench.embedder.identity(), "inputs": inputs}
            result = await self._bench.door.effect(kind, placed, compute)
            self._bench.book.add(place, self._scope, kind=kind, facts={"result": result})
            return result

    def note(self, kind: str, **facts: Any) -> None:
        """See `Lab.note`."""
        self._bench.book.add(self._take(), self._scope, kind=kind, facts=facts)

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        """See `Lab.record`."""
        self._made(self._take(), kind, made=made, parents=parents, facts=facts)

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NOTHING) -> bool:
        """See `Lab.another_step`."""
        goes_on = self._allowance.another_step(len({task.id for task in tasks}), then)
        if not goes_on and not self._stopped:
            self._stopped = True
            self.note("budget", **self._allowance.facts())
        return goes_on

    def budget(self) -> Mapping[str, str | float]:
        """See `Lab.budget`."""
        return self._allowance.facts()

    def rng(self, name: str) -> np.random.Generator:
        """See `Lab.rng`."""
        material = f"{self._bench.seed}\n{self._scope}\n{name}".encode()
        return np.random.default_rng(list(hashlib.sha256(material).digest()))

    def scope(self, name: str, share: int = 1) -> Lab:
        """See `Lab.scope`."""
        path = f"{self._scope}/{name}" if self._scope else name
        return Laboratory(self._bench, path, place=self._take(), allowance=self._allowance.child(share))

    @contextmanager
    def _turn(self, own: bool = False) -> Iterator[Place]:
        """Do one verb; `own` says that errors within may be the method's own, which it may handle."""
        if self._busy:
            raise RuntimeError(
                f"the Lab {self._scope!r} is at work: strands that run at once take lab.scope(name) each"
            )
        self._busy = True
        try:
            yield self._take()
        except AnswerError:  # after those a method may go on
            raise
        except HarnessError as error:
            if isinstance(error, IncompleteRun) or not own:
                self._bench.broken = self._bench.broken or error
            raise
        finally:
            self._busy = False

    def _take(self) -> Place:
        self._taken += 1
        return (*self._place, self._taken)

    async def _measure(self, modules: Modules, tasks: Sequence[Task], *, purpose: Purpose) -> Performance:
        with self._turn() as place:
            unique = list({task.id: task for task in tasks}.values())
            performance = await self._verb(purpose, place).performance(modules, unique)
            self._bench.book.add(place, self._scope, kind=purpose.value, made=modules, performance=performance)
            return performance

    def _verb(self, purpose: Purpose, place: Place) -> Verb:
        return Verb(self._bench, self._roles, self._allowance, scope=self._scope, purpose=purpose, place=place)

    def _made(
        self, place: Place, kind: str, *, made: Modules, parents: Sequence[Modules], facts: dict[str, Any]
    ) -> None:
        leaked = self._bench.leaks.find(made)
        self._bench.counts["leaks"] += len(leaked)
        self._bench.book.add(place, self._scope, kind=kind, made=made, parents=parents, facts=facts, leaked=leaked)
        self._bench.observer.stepped(self._scope, kind)
