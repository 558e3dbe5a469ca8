"""Racing: a measurement that can no longer be accepted is stopped, in fixed blocks in task order.

The bound is sound: scores lie in [0, 1], so a candidate that is stopped would have been refused whatever the tasks
that were not played had shown. Blocks are played one after another; a block's tasks at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from harness.core.domain import Candidate, Modules, Performance, Task
from harness.core.lab import Lab
from methods.algorithm1 import distinct

Measure = Callable[[Modules, Sequence[Task]], Awaitable[Performance]]


@dataclass(frozen=True)
class Race:
    """How a measurement is raced.

    Parameters
    ----------
    block
        Tasks between two decisions.
    """

    block: int

    async def __call__(
        self, lab: Lab, measure: Measure, modules: Modules, tasks: Sequence[Task], least: float
    ) -> Performance | None:
        """Return the performance on the tasks, or None if it was stopped: their total could no longer reach `least`."""
        played = Performance({}, {})
        for first in range(0, len(tasks), self.block):
            played = joined(played, await measure(modules, tasks[first : first + self.block]))
            reachable = sum(played.scores.values()) + len(tasks) - played.n
            if played.n < len(tasks) and reachable < least - ROUNDING:
                facts = {"modules": modules.digest, "played": played.n, "of": len(tasks)}
                lab.note("race-stopped", **facts, reachable=reachable, least=least)
                return None
        return played

    async def best(self, lab: Lab, contenders: Sequence[Modules], *, tasks: Sequence[Task]) -> Candidate:
        """Return what `algorithm1.best` returns: the later of the best by backtest."""
        last, *earlier = reversed(distinct(contenders))
        leader = Candidate(last, tuple(tasks), await lab.backtest(last, tasks))
        for modules in earlier:
            bar = sum(leader.performance.scores.values())
            performance = await self(lab, lab.backtest, modules, tasks, bar)
            if performance is not None and performance.mean > leader.performance.mean:
                leader = Candidate(modules, tuple(tasks), performance)
        return leader


ROUNDING = 1e-9


def joined(one: Performance, other: Performance) -> Performance:
    """Return the performance over the tasks of both."""
    return Performance({**one.scores, **other.scores}, {**one.categories, **other.categories})
