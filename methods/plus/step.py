"""One merge of FGO-plus: write, hold it against its best child, measure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from harness.core.domain import Candidate, Modules, Performance
from harness.core.lab import Lab, Work
from methods.merge_tree import Node
from methods.merging import union
from methods.plus.cap import Cap
from methods.plus.gate import Gate

Write = Callable[[Lab, Sequence[Candidate], int], Awaitable[Modules]]
"""Writes one module from several; the number is the attempt, which gets an answer of its own."""

Measure = Callable[[Lab, Modules, Sequence[Node]], Awaitable[Performance]]
"""Says how modules perform that were merged from these nodes, on the union of their tasks."""


async def by_merger(lab: Lab, candidates: Sequence[Candidate], attempt: int) -> Modules:
    """Let the merger rewrite the whole, as the paper does."""
    return await lab.merge(candidates, attempt) if attempt else await lab.merge(candidates)


async def by_backtest(lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Performance:
    """Measure, as the paper does."""
    return await lab.backtest(modules, union([node.candidate for node in nodes]))


SHORTENING, PREDICTING = 2, 2
"""Calls of the merger, at most: to shorten a module, and to foretell a performance."""


@dataclass(frozen=True)
class MergeStep:
    """A merge whose parts can be exchanged.

    Parameters
    ----------
    write, measure
        How the merged module comes about, and how its performance is found.
    cap
        Of the tokens of the merged modules.
    gate
        Whether a merge is accepted; without one, every merge is.
    """

    write: Write = by_merger
    measure: Measure = by_backtest
    cap: Cap | None = None
    gate: Gate | None = None

    def work(self, children: int, tasks: int) -> Work:
        """Return all attempts, each measured by the gate as the children are, and one measurement of the result."""
        attempts = 1 + (self.gate.retries if self.gate else 0)
        calls = attempts * (1 + (SHORTENING if self.cap else 0)) + (
            PREDICTING if self.measure is not by_backtest else 0
        )
        return Work(tasks * (1 + (children + attempts if self.gate else 0)), calls)

    async def __call__(self, lab: Lab, nodes: Sequence[Node]) -> Candidate:
        """Return the merge, or the best child if no merge was accepted."""
        candidates = [node.candidate for node in nodes]
        tasks = union(candidates)
        child = await self.gate.best_child(lab, candidates) if self.gate else None
        for attempt in range(1 + (self.gate.retries if self.gate else 0)):
            modules = await self.write(lab, candidates, attempt)
            if self.cap:
                modules = await self.cap(lab, modules)
            if self.gate is None or child is None or await self.gate.accepts(lab, modules, child):
                return Candidate(modules, tasks, await self.measure(lab, modules, nodes))
        assert child is not None
        lab.note("kept-child", modules=child.modules.digest)
        return Candidate(child.modules, tasks, await lab.backtest(child.modules, tasks))
