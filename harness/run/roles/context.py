"""One optimization of a module within its optimizer's window, by the policy for evidence that does not fit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.concurrency import gather
from harness.core.domain import Evidence, Experience, Module, Modules
from harness.core.messages import Message
from harness.run.roles import optimizer, rendering, summary
from harness.run.roles.fitting import CountTokens, Fitted, Policy, first_that_fit, head, level, truncate
from harness.run.roles.optimizer import BARE, Workbench
from harness.run.roles.prompting import Prompts


@dataclass(frozen=True)
class Reader:
    """A role's model as far as fitting goes: its window, and how it counts tokens."""

    window: int
    count: CountTokens


@dataclass
class Written:
    """What came of it.

    Attributes
    ----------
    modules
        The next modules.
    calls
        Optimizer calls that were made for it.
    facts
        For the lineage: ``cut`` where something was left out or shortened, ``split`` where it took several calls.
    """

    modules: Modules
    calls: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fitting:
    """Writes a module by a policy.

    Parameters
    ----------
    write
        Asks the optimizer for the next of a module; None where its answer could not be read.
    summarize
        Asks the evaluator for a summary; empty where its answer could not be read.
    in_short
        What to show in place of a task's query.
    bench
        What the optimizer of a toolbox reads besides.
    """

    policy: Policy
    prompts: Prompts
    purpose: str
    optimizer: Reader
    evaluator: Reader
    write: Callable[[Sequence[Message], Module], Awaitable[Module | None]]
    summarize: Callable[[Sequence[Message]], Awaitable[str]]
    in_short: rendering.InShort | None = None
    bench: Workbench = BARE

    async def __call__(self, modules: Modules, name: str, evidence: Evidence) -> Written:
        """Return the modules with the next module called `name`."""
        if self.policy == "split":
            return await self._split(modules, name, left=list(evidence))
        items = [self._shown(item) for item in evidence]
        room = self._room(modules, name)
        fitted = truncate(items, room, count=self.optimizer.count)
        extra: dict[str, Any] = {}
        if fitted.cut and self.policy == "summarize":
            asked = fitted.asked
            items, extra = await self._summarized(list(evidence), items, room=room)
            fitted = replace(truncate(items, room, count=self.optimizer.count), asked=asked)
        written = Written(modules)
        await self._write(written, name, fitted=fitted)
        if fitted.cut or extra:
            written.facts["cut"] = {**cut_facts(self.policy, fitted), **extra}
        return written

    async def _split(self, modules: Modules, name: str, *, left: list[Experience]) -> Written:
        written = Written(modules)
        cut: list[Fitted] = []
        while left or not written.calls:
            room = self._room(written.modules, name)
            items = [self._shown(item) for item in left]
            taken = first_that_fit([self.optimizer.count(item) for item in items], room)
            fitted = truncate(items[:taken], room, count=self.optimizer.count)
            cut += [fitted] if fitted.cut else []
            await self._write(written, name, fitted=fitted)
            left = left[taken:]
        if written.calls > 1:
            written.facts["split"] = {"optimizer_calls": written.calls}
        if cut:
            total = Fitted(
                "",
                sum(part.tokens for part in cut),
                asked=sum(part.asked for part in cut),
                whole=sum(part.whole for part in cut),
                partial=sum(part.partial for part in cut),
                dropped=sum(part.dropped for part in cut),
            )
            written.facts["cut"] = cut_facts(self.policy, total)
        return written

    async def _summarized(
        self, experiences: list[Experience], items: list[str], *, room: int
    ) -> tuple[list[str], dict[str, Any]]:
        count = self.optimizer.count
        sizes = [count(item) for item in items]
        most = level(sizes, room)

        async def shortened(item: Experience) -> str:
            free = most - count(self._shown(item, ""))
            if free < summary.LEAST:  # the task and its evaluation alone fill it: there is nothing to summarize into
                return self._shown(item, "")
            prompt = summary.messages(
                self.prompts,
                self.purpose,
                item=item,
                tokens=free,
                window=self.evaluator.window,
                count=self.evaluator.count,
            )
            text = await self.summarize(prompt)
            size = count(text)
            return self._shown(item, text if size <= free else head(text, free, size=size))

        long = [number for number, size in enumerate(sizes) if size > most]
        short = await gather(shortened(experiences[number]) for number in long)
        replaced = dict(zip(long, short, strict=True))
        return [replaced.get(number, item) for number, item in enumerate(items)], {"summarized": len(long)}

    async def _write(self, written: Written, name: str, *, fitted: Fitted) -> None:
        written.calls += 1
        prompt = optimizer.fill(
            self.prompts, self.purpose, modules=written.modules, name=name, experiences=fitted.text, bench=self.bench
        )
        module = await self.write(prompt, written.modules[name])
        if module is not None:
            written.modules = written.modules.with_module(name, module)

    def _shown(self, item: Experience, attempted: str | None = None) -> str:
        return rendering.experience(item, attempted, in_short=self.in_short)

    def _room(self, modules: Modules, name: str) -> int:
        reader = self.optimizer
        return optimizer.room(
            self.prompts,
            self.purpose,
            modules=modules,
            name=name,
            window=reader.window,
            count=reader.count,
            bench=self.bench,
        )


def cut_facts(policy: Policy, fitted: Fitted) -> dict[str, Any]:
    """Return what the lineage says of evidence that was cut, in tokens and numbers of experiences."""
    return {
        "policy": policy,
        "tokens": fitted.asked,
        "kept": fitted.tokens,
        "whole": fitted.whole,
        "partial": fitted.partial,
        "dropped": fitted.dropped,
    }
