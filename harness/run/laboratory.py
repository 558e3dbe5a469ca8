"""The Lab at work: rollouts, roles and lineage behind the verbs that methods see."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from harness.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Module,
    Modules,
    Performance,
    Purpose,
    Role,
    Task,
    Toolbox,
    Trajectory,
    Usage,
)
from harness.embedding import Embedder, TfIdf
from harness.environment import Description
from harness.errors import AnswerError, ConfigError
from harness.lab import Lab
from harness.llm.door import Door
from harness.llm.messages import Answer, Message
from harness.progress.events import Observer
from harness.record.spool import Spool
from harness.roles import evaluator, merger, optimizer, rendering, summary, toolmerging
from harness.roles.context import Fitting, Reader
from harness.roles.fitting import Policy
from harness.roles.prompting import Prompts
from harness.roles.toolmaking import Made, write_toolbox
from harness.roles.typed import Ask, ask_typed
from harness.run.allowance import Allowance
from harness.run.lineage import LineageBook, Place, leaks
from harness.run.rollouts import Rollouts
from harness.run.rows import rollout_row
from harness.run.trying import TriedTools

PURPOSE_OF = {
    Role.AGENT: Purpose.EXPLORE,
    Role.EVALUATOR: Purpose.EVALUATE,
    Role.OPTIMIZER: Purpose.OPTIMIZE,
    Role.MERGER: Purpose.MERGE,
}

UNEVALUATED = Evaluation("", "", "", "")

COUNTED = ("optimizer_calls", "merge_calls", "truncated_steps", "unread_answers", "leaks")


@dataclass
class Bench:
    """What all scopes of a run share.

    Attributes
    ----------
    tries
        How often a role is asked before its answer counts as unreadable.
    on_failure
        What follows then: ``raise`` stops the run; ``keep`` keeps the old module (of an evaluation: says that it could
        not be read), and the record counts it.
    """

    initial: Modules
    description: Description
    door: Door
    rollouts: Rollouts
    prompts: Prompts
    rows: Spool
    book: LineageBook
    observer: Observer
    seed: int
    training: Sequence[Task]
    validation: Sequence[Task] = ()
    tries: int = 3
    on_failure: Literal["raise", "keep"] = "keep"
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    embedder: Embedder = field(default_factory=TfIdf)
    context: Policy = "truncate"
    allowance: Allowance = field(default_factory=Allowance)
    environment: object = None

    def tried_tools(self) -> TriedTools:
        """Return what the environment says of tools."""
        return TriedTools(self.environment, self.description, self.door)


class Laboratory:
    """The Lab of one scope."""

    def __init__(self, bench: Bench, scope: str = "", place: Place = (0,), allowance: Allowance | None = None) -> None:
        self._bench = bench
        self._scope = scope
        self._place = place
        self._taken = 0
        self._busy = False
        self._allowance = allowance or bench.allowance
        self._stopped = False

    @property
    def initial(self) -> Modules:
        """The parameters of the vanilla agent."""
        return self._bench.initial

    @property
    def purpose(self) -> str:
        """See `Lab.purpose`."""
        return self._bench.description.purpose

    async def explore(self, modules: Modules, tasks: Sequence[Task]) -> Evidence:
        """See `Lab.explore`."""
        if self._allowance.overdrawn():
            raise ConfigError(
                f"budget.match={self._allowance.match}: this method goes on beyond its share; its train() must ask "
                "lab.another_step() before each step"
            )
        with self._turn() as place:
            unique = list({task.id: task for task in tasks}.values())
            played = await self._play(modules, unique, Purpose.EXPLORE, place)
            by_id = {item.task.id: item for item in played}
            evidence = Evidence(tuple(by_id[task.id] for task in tasks))
            performance = Evidence(tuple(played)).performance
            self._bench.book.add(place, self._scope, "explore", made=modules, performance=performance)
            return evidence

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """See `Lab.backtest`."""
        return await self._measure(modules, tasks, Purpose.BACKTEST)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """See `Lab.gate`."""
        return await self._measure(modules, tasks, Purpose.GATE)

    async def validate(self, modules: Modules) -> Performance:
        """See `Lab.validate`."""
        if not self._bench.validation:
            raise ConfigError("this method validates, but no tasks are held out: set validation_size=N")
        return await self._measure(modules, self._bench.validation, Purpose.VALIDATE)

    async def optimize(self, modules: Modules, evidence: Evidence) -> Modules:
        """See `Lab.optimize`."""
        with self._turn() as place:
            bench, made, facts = self._bench, modules, dict[str, Any]()
            fitting = Fitting(
                bench.context,
                bench.prompts,
                bench.description.purpose,
                self._reader(Role.OPTIMIZER),
                self._reader(Role.EVALUATOR),
                lambda prompt, module: self._optimized(module, prompt, facts),
                lambda prompt: self._summary(prompt, facts),
            )
            for name in modules.trainable:
                written = await fitting(made, name, evidence)
                made = written.modules
                facts |= written.facts
                bench.counts["optimizer_calls"] += written.calls
                bench.counts["truncated_steps"] += "cut" in written.facts
            self._made(place, "optimize", made, [modules], facts)
            return made

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """See `Lab.merge`."""
        with self._turn() as place:
            best = max(candidates, key=lambda candidate: candidate.performance.mean)
            made, facts = best.modules, dict[str, Any]()
            for name in best.modules.trainable:
                self._bench.counts["merge_calls"] += 1
                written = await self._merged(candidates, name, facts, attempt)
                made = made.with_module(name, written) if written else made
            self._made(place, "merge", made, [candidate.modules for candidate in candidates], facts)
            return made

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """See `Lab.embed`."""
        return await self._bench.embedder(texts, self._bench.door.effect)

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        """See `Lab.complete`."""
        return (await self._ask(role, messages, PURPOSE_OF[role], attempt)).text

    def tokens(self, text: str) -> int:
        """See `Lab.tokens`."""
        return self._bench.door.count_tokens(Role.AGENT, text)

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """See `Lab.effect`."""
        with self._turn() as place:
            # What a method computes may rest on vectors, and those on the embedding.
            placed = {"embedding": self._bench.embedder.identity(), "inputs": inputs}
            result = await self._bench.door.effect(kind, placed, compute)
            self._bench.book.add(place, self._scope, kind, facts={"result": result})
            return result

    def note(self, kind: str, **facts: Any) -> None:
        """See `Lab.note`."""
        self._bench.book.add(self._take(), self._scope, kind, facts=facts)

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        """See `Lab.record`."""
        self._bench.counts["merge_calls"] += kind == "merge"
        self._made(self._take(), kind, made, parents, facts)

    def another_step(self) -> bool:
        """See `Lab.another_step`."""
        goes_on = self._allowance.another_step()
        if not goes_on and not self._stopped:
            self._stopped = True
            self.note("budget", **self._allowance.facts())
        return goes_on

    def rng(self, name: str) -> np.random.Generator:
        """See `Lab.rng`."""
        material = f"{self._bench.seed}\n{self._scope}\n{name}".encode()
        return np.random.default_rng(list(hashlib.sha256(material).digest()))

    def scope(self, name: str) -> Lab:
        """See `Lab.scope`."""
        path = f"{self._scope}/{name}" if self._scope else name
        return Laboratory(self._bench, path, self._take(), self._allowance.child())

    @contextmanager
    def _turn(self) -> Iterator[Place]:
        if self._busy:
            raise RuntimeError(
                f"the Lab {self._scope!r} is at work: strands that run at once take lab.scope(name) each"
            )
        self._busy = True
        try:
            yield self._take()
        finally:
            self._busy = False

    def _take(self) -> Place:
        self._taken += 1
        return (*self._place, self._taken)

    async def _measure(self, modules: Modules, tasks: Sequence[Task], purpose: Purpose) -> Performance:
        with self._turn() as place:
            unique = list({task.id: task for task in tasks}.values())
            played = await self._play(modules, unique, purpose, place)
            performance = Evidence(tuple(played)).performance
            self._bench.book.add(place, self._scope, purpose.value, made=modules, performance=performance)
            return performance

    async def _play(self, modules: Modules, tasks: Sequence[Task], purpose: Purpose, place: Place) -> list[Experience]:
        bench, scope = self._bench, self._scope
        bench.observer.started(scope, purpose, len(tasks))

        async def one(number: int, task: Task) -> Experience:
            trajectory, usage = await bench.rollouts.play(bench.door, modules, task, purpose, 0)
            evaluated = purpose is Purpose.EXPLORE
            evaluation, more = await self._evaluate(modules, task, trajectory) if evaluated else (None, Usage())
            self._allowance.count(usage, rollouts=1)  # both when the rollout is whole: a retried one counts once
            self._allowance.count(more)
            row = rollout_row(purpose, scope, "training", modules, task, 0, trajectory, usage, evaluation)
            bench.rows.add((*place, number), row)
            bench.observer.rolled_out(scope, purpose, trajectory.score)
            return Experience(task, trajectory, evaluation or UNEVALUATED)

        return await bench.rollouts.all(tasks, one, lambda reason: bench.observer.postponed(scope, purpose, reason))

    async def _evaluate(self, modules: Modules, task: Task, trajectory: Trajectory) -> tuple[Evaluation, Usage]:
        usages: list[Usage] = []

        async def ask(messages: Sequence[Message], attempt: int) -> Answer:
            answer = await self._bench.door.ask(
                Role.EVALUATOR, messages, purpose=Purpose.EVALUATE, attempt=attempt, schema=evaluator.SCHEMA
            )
            usages.append(answer.usage)
            return answer

        prompt = evaluator.messages(self._bench.prompts, self._bench.description.purpose, modules, task, trajectory)
        try:
            reading = await ask_typed(ask, prompt, evaluator.read, self._bench.tries)
        except AnswerError as error:
            self._kept(error)
            reading = Evaluation(rendering.outcome(trajectory), "", "", "")
        return reading, Usage.total(usages)

    def _reader(self, role: Role) -> Reader:
        door = self._bench.door
        return Reader(door.context_window(role), lambda text: door.count_tokens(role, text))

    async def _summary(self, prompt: Sequence[Message], facts: dict[str, Any]) -> str:
        def ask(messages: Sequence[Message], attempt: int) -> Awaitable[Answer]:
            return self._ask(Role.EVALUATOR, messages, Purpose.OPTIMIZE, attempt)

        try:
            return await ask_typed(ask, prompt, summary.read, self._bench.tries)
        except AnswerError as error:
            self._kept(error)
            facts["unread"] = str(error)
            return ""

    async def _optimized(self, module: Module, prompt: Sequence[Message], facts: dict[str, Any]) -> Module | None:
        tries, tools = self._bench.tries, self._bench.tried_tools()

        async def write(ask: Ask) -> Module:
            if isinstance(module, Toolbox):
                made = await write_toolbox(ask, prompt, module, tools.problem, tries)
                return _toolbox(made, facts)
            return await ask_typed(ask, prompt, optimizer.read, tries)

        return await self._write(self._asking(Role.OPTIMIZER), write, facts)

    async def _merged(
        self, candidates: Sequence[Candidate], name: str, facts: dict[str, Any], retry: int
    ) -> Module | None:
        bench, tools = self._bench, self._bench.tried_tools()
        purpose = bench.description.purpose

        async def write(ask: Ask) -> Module:
            boxes = toolmerging.toolboxes(candidates, name)
            if not boxes:
                prompt = merger.messages(bench.prompts, purpose, candidates, name)
                return await ask_typed(ask, prompt, optimizer.read, bench.tries)
            groups = await tools.groups(toolmerging.distinct(boxes))
            prompt = toolmerging.messages(bench.prompts, purpose, candidates, name, groups)
            made = await toolmerging.merge_toolboxes(ask, prompt, candidates, name, groups, tools.problem, bench.tries)
            return _toolbox(made, facts)

        return await self._write(self._asking(Role.MERGER, retry * bench.tries), write, facts)

    async def _write(self, ask: Ask, write: Callable[[Ask], Awaitable[Module]], facts: dict[str, Any]) -> Module | None:
        try:
            return await write(ask)
        except AnswerError as error:
            self._kept(error)
            facts["unread"] = str(error)
            return None

    def _asking(self, role: Role, first: int = 0) -> Callable[[Sequence[Message], int], Awaitable[Answer]]:
        return lambda messages, attempt: self._ask(role, messages, PURPOSE_OF[role], first + attempt)

    async def _ask(
        self,
        role: Role,
        messages: Sequence[Message],
        purpose: Purpose,
        attempt: int = 0,
        schema: Mapping[str, Any] | None = None,
    ) -> Answer:
        answer = await self._bench.door.ask(role, messages, purpose=purpose, attempt=attempt, schema=schema)
        self._allowance.count(answer.usage)
        return answer

    def _kept(self, error: AnswerError) -> None:
        if self._bench.on_failure == "raise":
            raise error
        self._bench.counts["unread_answers"] += 1

    def _made(self, place: Place, kind: str, made: Modules, parents: Sequence[Modules], facts: dict[str, Any]) -> None:
        leaked = leaks(made, self._bench.training)
        self._bench.counts["leaks"] += len(leaked)
        self._bench.book.add(place, self._scope, kind, made=made, parents=parents, facts=facts, leaked=leaked)
        self._bench.observer.stepped(self._scope, kind)


def _toolbox(made: Made, facts: dict[str, Any]) -> Toolbox:
    if made.refused:
        facts["refused"] = [{"tool": refusal.name, "why": refusal.reason} for refusal in made.refused]
    return made.toolbox
