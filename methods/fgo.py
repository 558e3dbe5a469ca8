"""FGO, fine-grained optimization: divide, optimize, merge (Section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, ClassVar, Protocol

from harness.core.concurrency import gather
from harness.core.domain import Candidate, Modules, Task
from harness.core.errors import ConfigError
from harness.core.lab import NOTHING, Lab, Work
from methods import algorithm1, merge_tree, merging
from methods.algorithm1 import Select
from methods.clustering import Cluster, Clusters
from methods.merge_tree import Node
from methods.partition import Partition, Subset

Ahead = Callable[[int, int], Work]
"""What merging and choosing take at most for one subset, where each keeps so many modules, trained on so many tasks."""

OnSubset = Callable[[Lab, Subset, int, Select, Ahead], Coroutine[Any, Any, Sequence[Candidate]]]
"""Trains on one subset, in so many steps, as far as a budget holds what is ahead; returns what goes to merging, with
its performance."""


async def optimize_and_backtest(lab: Lab, subset: Subset, steps: int, select: Select, ahead: Ahead) -> list[Candidate]:
    """Run Algorithm 1 on the subset and measure what came of it there."""
    then = Work(rollouts=len(subset)) + ahead(1, len(subset))
    modules = await algorithm1.optimize(lab, lab.initial, repeat(subset, steps), subset, select, then)
    return [Candidate(modules, subset, await lab.backtest(modules, subset))]


class Choose(Protocol):
    """Chooses the method's result from the tree of merges."""

    async def __call__(self, lab: Lab, root: Node) -> Modules:
        """Return the result."""
        ...

    def work(self, modules: int) -> Work:
        """Return what choosing takes at most for one subset that keeps so many modules."""
        ...


@dataclass(frozen=True)
class TheRoot:
    """The last merge's modules."""

    async def __call__(self, lab: Lab, root: Node) -> Modules:  # noqa: ARG002
        """Return them."""
        return root.candidate.modules

    def work(self, modules: int) -> Work:  # noqa: ARG002
        """Return nothing."""
        return NOTHING


THE_ROOT = TheRoot()


@dataclass(frozen=True)
class FGO:
    """Divide the tasks into subsets, optimize a module on each at the same time, and merge the modules progressively.

    Parameters
    ----------
    steps
        Optimizer calls in all, shared among the subsets (the first ones get one more where they do not divide evenly).
    subsets
        How many subsets to divide into.
    partition
        How the tasks are divided.
    cluster
        How modules are grouped for merging; None merges all at once.
    threshold
        At most so many modules are merged at once.
    clusters
        Into how many groups: ``sqrt`` of the number of modules, or a number.
    select
        Which step's modules each subset keeps.
    on_subset, merge_step, choose
        The paper's, unless told otherwise (`methods.plus`).
    """

    steps: int
    subsets: int
    partition: Partition
    cluster: Cluster | None
    threshold: int = 3
    clusters: Clusters = "sqrt"
    select: Select = "last"
    on_subset: OnSubset = optimize_and_backtest
    merge_step: merging.Step = merging.AS_IN_THE_PAPER
    choose: Choose = THE_ROOT

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        if self.threshold < 2:
            raise ConfigError(f"method.threshold={self.threshold}: a merge takes at least 2 modules")
        if self.subsets < 1:
            raise ConfigError(f"method.subsets={self.subsets}: at least 1")
        if self.clusters != "sqrt" and not (isinstance(self.clusters, int) and self.clusters >= 2):
            raise ConfigError(f"method.clusters={self.clusters}: sqrt, or a number of at least 2")

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the merged modules."""
        subsets = self.partition(tasks, self.subsets, lab.rng("partition"))
        lab.note("divide", subsets=[[task.id for task in subset] for subset in subsets])
        strands = [lab.scope(f"subset-{number}", share=len(subset)) for number, subset in enumerate(subsets, 1)]
        for_merging = lab.scope("merge", share=0)  # each strand keeps its part of a budget back for it
        merge = merging.ProgressiveMerging(self.threshold, self.cluster, self.clusters, self.merge_step)

        def ahead(kept: int, tasks: int) -> Work:
            return merge.most(kept * len(subsets), tasks) * kept + self.choose.work(kept)

        shares = share(self.steps, len(subsets))
        optimized = await gather(
            self.on_subset(strand, subset, steps, self.select, ahead)
            for strand, subset, steps in zip(strands, subsets, shares, strict=True)
        )
        root = await merge(for_merging, [Node(candidate) for kept in optimized for candidate in kept])
        lab.note("merge-tree", **merge_tree.measured(root, self.threshold))
        return await self.choose(lab, root)


def share(steps: int, subsets: int) -> list[int]:
    """Share steps among subsets as evenly as possible, the first ones getting one more."""
    return [steps // subsets + (number < steps % subsets) for number in range(subsets)]
