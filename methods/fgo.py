"""FGO, fine-grained optimization: divide, optimize, merge (Section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import ClassVar

from harness.concurrency import gather
from harness.domain import Candidate, Modules, Task
from harness.lab import Lab
from methods import algorithm1, merging
from methods.clustering import Cluster
from methods.partition import Partition, Subset


@dataclass(frozen=True)
class FGO:
    """Divide the tasks into subsets, optimize a module on each at the same time, and merge the modules progressively.

    Parameters
    ----------
    steps
        Optimizer calls in all, shared among the subsets (the first ones get one more where they do not divide evenly).
    subsets
        How many subsets to divide into.
    threshold
        At most so many modules are merged at once.
    partition
        How the tasks are divided.
    cluster
        How modules are grouped for merging; None merges all at once.
    select
        Which step's modules each subset keeps.
    """

    steps: int
    subsets: int
    partition: Partition
    cluster: Cluster | None
    threshold: int = 3
    select: algorithm1.Select = "last"

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the merged modules."""
        subsets = self.partition(tasks, self.subsets, lab.rng("partition"))
        lab.note("divide", subsets=[[task.id for task in subset] for subset in subsets])
        strands = [lab.scope(f"subset-{number}") for number in range(1, len(subsets) + 1)]
        shares = share(self.steps, len(subsets))
        candidates = await gather(
            self.optimize(strand, subset, steps) for strand, subset, steps in zip(strands, subsets, shares, strict=True)
        )
        merged = await merging.merge(lab.scope("merge"), candidates, self.threshold, self.cluster)
        return merged.modules

    async def optimize(self, lab: Lab, subset: Subset, steps: int) -> Candidate:
        """Run Algorithm 1 on one subset and measure what came of it."""
        modules = await algorithm1.optimize(lab, lab.initial, repeat(subset, steps), subset, self.select)
        return Candidate(modules, subset, await lab.backtest(modules, subset))


def share(steps: int, subsets: int) -> list[int]:
    """Share steps among subsets as evenly as possible, the first ones getting one more."""
    return [steps // subsets + (number < steps % subsets) for number in range(subsets)]
