"""The evaluator, the optimizer and the merger of one scope: each is asked until its answer can be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Module,
    Modules,
    Purpose,
    Role,
    Task,
    Toolbox,
    Trajectory,
    Usage,
)
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Form, Message
from harness.run.lab.allowance import Allowance
from harness.run.lab.bench import Bench
from harness.run.roles import evaluator, merger, optimizer, summary, toolmerging
from harness.run.roles.actions import ACTIONS
from harness.run.roles.context import Fitting, Reader
from harness.run.roles.fitting import Fitted
from harness.run.roles.toolmaking import Made, write_toolbox
from harness.run.roles.trials import ROUNDS, Trials
from harness.run.roles.typed import Ask, ask_typed

PURPOSE_OF = {
    Role.AGENT: Purpose.EXPLORE,
    Role.EVALUATOR: Purpose.EVALUATE,
    Role.OPTIMIZER: Purpose.OPTIMIZE,
    Role.MERGER: Purpose.MERGE,
}

COUNT_OF = {Role.OPTIMIZER: "optimizer_calls", Role.MERGER: "merge_calls"}
"""What the record calls the calls of a role."""

Facts = dict[str, Any]
"""What the lineage says of a step beyond its modules."""


class RoleCalls:
    """Asks the roles.

    An answer that stays unreadable keeps the old module, or stops the run, as the bench says.

    Parameters
    ----------
    allowance
        What the scope may take; every answer is counted in it.
    """

    def __init__(self, bench: Bench, allowance: Allowance) -> None:
        self._bench = bench
        self._allowance = allowance

    async def ask(
        self, role: Role, messages: Sequence[Message], *, purpose: Purpose, attempt: int = 0, guide: Form | None = None
    ) -> Answer:
        """Return a role's answer as it is."""
        answer = await self._bench.door.ask(role, messages, purpose=purpose, attempt=attempt, guide=guide)
        self._allowance.called(answer.usage)
        return answer

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int) -> str:
        """Return the text that a role answers to a method's own prompt; the call counts for the role."""
        answer = await self.ask(role, messages, purpose=PURPOSE_OF[role], attempt=attempt)
        if role in COUNT_OF:
            self._bench.counts[COUNT_OF[role]] += 1
        return answer.text

    async def evaluate(self, modules: Modules, task: Task, *, trajectory: Trajectory) -> tuple[Evaluation, Usage]:
        """Return what the evaluator says of a rollout, and what that took, for the caller to count."""
        usages: list[Usage] = []

        async def ask(messages: Sequence[Message], attempt: int) -> Answer:
            form = None if trajectory.success else evaluator.SCHEMA  # of a success one word may be all
            answer = await self._bench.door.ask(
                Role.EVALUATOR, messages, purpose=Purpose.EVALUATE, attempt=attempt, form=form
            )
            usages.append(answer.usage)
            return answer

        prompt = evaluator.messages(
            self._bench.prompts, self._bench.description.purpose, modules=modules, task=task, trajectory=trajectory
        )
        try:
            read = partial(evaluator.read, success=trajectory.success)
            reading = await ask_typed(ask, prompt, read=read, tries=self._bench.tries)
        except AnswerError as error:
            self._kept(error)
            reading = Evaluation("correct" if trajectory.success else "incorrect", "", pattern="", advice="")
        return reading, Usage.total(usages)

    def shown(self, evidence: Evidence, beside: str) -> Fitted:
        """Return experiences as the optimizer reads them, numbered, cut to its window beside the rest of a prompt."""
        reader = self._reader(Role.OPTIMIZER)
        return optimizer.numbered(
            evidence, beside, window=reader.window, count=reader.count, in_short=self._bench.in_short()
        )

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> tuple[Modules, Facts]:
        """Return the modules with every trainable one rewritten in the light of the evidence."""
        bench, made, facts = self._bench, modules, Facts()
        files = bench.tried_tools().files([item.task for item in evidence])
        trials = bench.tried_tools().trials([task for task, _ in files])
        lines = [f"{number}. {line}" for number, (_, line) in enumerate(files, 1)]
        fitting = Fitting(
            bench.context,
            bench.prompts,
            purpose=bench.description.purpose,
            optimizer=self._reader(Role.OPTIMIZER),
            evaluator=self._reader(Role.EVALUATOR),
            write=lambda prompt, module: self._optimized(module, prompt, facts=facts, retry=attempt, trials=trials),
            summarize=lambda prompt: self._summary(prompt, facts),
            in_short=bench.in_short(),
            bench=optimizer.Workbench(evidence.performance.tools, lines),
        )
        for name in modules.trainable:
            before = len(trials.done) if trials is not None else 0
            written = await fitting(made, name, evidence)
            if written.modules.digest == made.digest and "unread" not in facts:
                facts["unchanged"] = [*facts.get("unchanged", ()), name]
            made = written.modules
            facts |= written.facts
            bench.counts["optimizer_calls"] += written.calls
            bench.counts["tool_trials"] += len(trials.done) - before if trials is not None else 0
            bench.counts["truncated_steps"] += "cut" in written.facts
        return made, facts

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> tuple[Modules, Facts]:
        """Return the modules that unite the candidates; equal ones are left as they are.

        A module whose merger cannot be read is that of the best candidate.
        """
        if len({candidate.modules.digest for candidate in candidates}) == 1:  # nothing to unite
            return candidates[0].modules, Facts(equal=len(candidates))
        best = max(candidates, key=lambda candidate: candidate.performance.mean)
        made, facts = best.modules, Facts()
        for name in best.modules.trainable:
            self._bench.counts["merge_calls"] += 1
            written = await self._merged(candidates, name, facts=facts, retry=attempt)
            made = made.with_module(name, written) if written else made
        return made, facts

    def _reader(self, role: Role) -> Reader:
        door = self._bench.door
        return Reader(door.context_window(role), lambda text: door.count_tokens(role, text))

    async def _summary(self, prompt: Sequence[Message], facts: Facts) -> str:
        def ask(messages: Sequence[Message], attempt: int) -> Awaitable[Answer]:
            return self.ask(Role.EVALUATOR, messages, purpose=Purpose.OPTIMIZE, attempt=attempt)

        try:
            return await ask_typed(ask, prompt, read=summary.read, tries=self._bench.tries)
        except AnswerError as error:
            self._kept(error)
            facts["unread"] = str(error)
            return ""

    async def _optimized(
        self, module: Module, prompt: Sequence[Message], *, facts: Facts, retry: int, trials: Trials | None
    ) -> Module | None:
        tries, tools = self._bench.tries, self._bench.tried_tools()

        async def write(ask: Ask) -> Module:
            if isinstance(module, Toolbox):
                made = await write_toolbox(ask, prompt, toolbox=module, check=tools.problem, tries=tries, trials=trials)
                if trials is not None and trials.done:
                    facts["tried"] = list(trials.done)
                return _toolbox(made, facts)
            return await ask_typed(ask, prompt, read=partial(optimizer.read, current=module), tries=tries)

        guide: Form = ACTIONS if isinstance(module, Toolbox) else optimizer.TAG
        asks = tries * (ROUNDS + 1) if isinstance(module, Toolbox) else tries
        return await self._write(self._asking(Role.OPTIMIZER, guide, first=retry * asks), write, facts=facts)

    async def _merged(self, candidates: Sequence[Candidate], name: str, *, facts: Facts, retry: int) -> Module | None:
        bench, tools = self._bench, self._bench.tried_tools()
        purpose = bench.description.purpose

        async def write(ask: Ask) -> Module:
            boxes = toolmerging.toolboxes(candidates, name)
            if not boxes:
                prompt = merger.messages(bench.prompts, purpose, candidates=candidates, name=name)
                return await ask_typed(ask, prompt, read=optimizer.read, tries=bench.tries)
            groups = await tools.groups(toolmerging.distinct(boxes))
            prompt = toolmerging.messages(bench.prompts, purpose, candidates=candidates, name=name, groups=groups)
            made = await toolmerging.merge_toolboxes(
                ask, prompt, candidates=candidates, name=name, groups=groups, check=tools.problem, tries=bench.tries
            )
            return _toolbox(made, facts)

        guide: Form = toolmerging.CHOICE if toolmerging.toolboxes(candidates, name) else optimizer.TAG
        return await self._write(self._asking(Role.MERGER, guide, first=retry * bench.tries), write, facts=facts)

    async def _write(self, ask: Ask, write: Callable[[Ask], Awaitable[Module]], *, facts: Facts) -> Module | None:
        try:
            return await write(ask)
        except AnswerError as error:
            self._kept(error)
            facts["unread"] = str(error)
            return None

    def _asking(self, role: Role, guide: Form, *, first: int = 0) -> Ask:
        return lambda messages, attempt: self.ask(
            role, messages, purpose=PURPOSE_OF[role], attempt=first + attempt, guide=guide
        )

    def _kept(self, error: AnswerError) -> None:
        if self._bench.on_failure == "raise":
            raise error
        self._bench.counts["unread_answers"] += 1


def _toolbox(made: Made, facts: Facts) -> Toolbox:
    if made.refused:
        facts["refused"] = [{"tool": refusal.name, "why": refusal.reason} for refusal in made.refused]
    return made.toolbox
