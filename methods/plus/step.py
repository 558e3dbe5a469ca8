"""One merge of FGO-plus: write, hold it against its best child, measure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from harness.core.domain import Candidate, Modules
from harness.core.lab import Lab, Work
from methods.merge_tree import Node
from methods.merging import union
from methods.plus.cap import Cap
from methods.plus.gate import Gate

Write = Callable[[Lab, Sequence[Candidate], int], Awaitable[Modules]]
"""Writes one module from several; the number is the attempt, which gets an answer of its own."""

Measure = Callable[[Lab, Modules, Sequence[Node]], Awaitable[Node]]
"""Returns the node of modules that were merged from these nodes, with how they perform on the union of their tasks."""


async def rewritten(lab: Lab, candidates: Sequence[Candidate], attempt: int) -> Modules:
    """Let the merger rewrite the whole, as the paper does."""
    return await lab.merge(candidates, attempt)


async def backtested(lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Node:
    """Measure, as the paper does."""
    tasks = union(nodes)
    return Node(modules, tasks, await lab.backtest(modules, tasks), children=tuple(nodes))


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

    write: Write = rewritten
    measure: Measure = backtested
    cap: Cap | None = None
    gate: Gate | None = None

    def work(self, children: int, tasks: int) -> Work:
        """Return all attempts, each measured by the gate as the children are, and one measurement of the result."""
        attempts = 1 + (self.gate.retries if self.gate else 0)
        calls = attempts * (1 + (SHORTENING if self.cap else 0)) + (PREDICTING if self.measure is not backtested else 0)
        return Work(tasks * (1 + (children + attempts if self.gate else 0)), calls)

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        """Return the merge, or the best child if no merge was accepted."""
        child = await self.gate.best_child(lab, candidates) if self.gate else None
        for attempt in range(1 + (self.gate.retries if self.gate else 0)):
            modules = await self.write(lab, candidates, attempt)
            if self.cap:
                modules = await self.cap(lab, modules)
            if self.gate is None or child is None or await self.gate.accepts(lab, modules, child=child):
                return await self.measure(lab, modules, candidates)
        assert child is not None
        lab.note("kept-child", modules=child.modules.digest)
        return await backtested(lab, child.modules, candidates)
