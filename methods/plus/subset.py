"""What FGO-plus does on one subset: Algorithm 1, then more than one way to choose what goes to merging."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import repeat

from harness.core.domain import Modules, Task
from harness.core.lab import NOTHING, Lab, Work
from methods import algorithm1
from methods.algorithm1 import Select
from methods.merge_tree import Node
from methods.partition import Subset
from methods.plus.cap import Cap
from methods.plus.holdout import hold_out
from methods.plus.pareto import per_task_best
from methods.plus.racing import Race

Step = Callable[[Lab, Modules, Sequence[Task]], Awaitable[Modules]]
"""One step of Algorithm 1 on a batch."""


async def as_in_the_paper(lab: Lab, modules: Modules, batch: Sequence[Task]) -> Modules:
    """Make the step of Algorithm 1."""
    return await algorithm1.step(lab, modules, tasks=batch)


Ahead = Callable[[int, int], Work]
"""The most that merging and choosing cost for a subset, by the modules that it keeps and its training tasks."""


def nothing_ahead(kept: int, tasks: int) -> Work:  # noqa: ARG001
    """Return nothing."""
    return NOTHING


@dataclass(frozen=True)
class OnSubset:
    """Trains on a subset.

    Parameters
    ----------
    select
        Which step's modules go to merging.
    holdout
        Share of the subset that is kept for backtests.
    pareto
        Whether the per-task best modules of all steps go to merging, in place of one.
    race
        How the backtests of ``select=best`` are stopped early, if they are.
    cap
        Of the tokens of each step's modules.
    validation_size
        Tasks that ``select=validated`` plays.
    step
        One step of Algorithm 1.
    """

    select: Select = "last"
    holdout: float = 0.0
    pareto: bool = False
    race: Race | None = None
    cap: Cap | None = None
    validation_size: int = 0
    step: Step = as_in_the_paper

    async def __call__(self, lab: Lab, subset: Subset, steps: int, ahead: Ahead = nothing_ahead) -> list[Node]:
        """Return what goes to merging, with its performance on the tasks for backtests."""
        train, held = hold_out(subset, self.holdout, rng=lab.rng("holdout"))
        if self.holdout:
            lab.note("holdout", backtest=[task.id for task in held])
        contenders = [lab.initial]

        def then() -> Work:
            made, tasks = len(contenders) + 1, len(held)
            if self.pareto:
                return Work(made * tasks) + ahead(min(made, tasks), tasks)
            choosing = {"last": 0, "best": made * tasks, "validated": made * self.validation_size}[self.select]
            return Work(choosing + tasks) + ahead(1, tasks)

        for batch in algorithm1.within_budget(lab, repeat(train, steps), then=then):
            modules = await self.step(lab, contenders[-1], batch)
            contenders.append(await self.cap(lab, modules) if self.cap else modules)
        return await self._kept(lab, contenders, held=held)

    async def _kept(self, lab: Lab, contenders: Sequence[Modules], *, held: Subset) -> list[Node]:
        if self.pareto:
            measured = [Node(m, held, await lab.backtest(m, held)) for m in algorithm1.distinct(contenders)]
            kept = per_task_best(measured)
            lab.note("pareto", of=len(measured), kept=[candidate.modules.digest for candidate in kept])
            return kept
        if self.select == "best" and self.race:
            best = await self.race.best(lab, contenders, tasks=held)
            return [Node(best.modules, best.tasks, best.performance)]
        modules = await algorithm1.chosen(lab, contenders, tasks=held, select=self.select)
        return [Node(modules, held, await lab.backtest(modules, held))]
