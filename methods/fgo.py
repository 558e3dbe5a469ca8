"""FGO, fine-grained optimization: divide, optimize, merge (Section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import ClassVar

from harness.core.clustering import Cluster
from harness.core.concurrency import gather
from harness.core.domain import Modules, Task
from harness.core.lab import Lab, Work
from methods import algorithm1, checked, merge_tree
from methods.algorithm1 import Select
from methods.merge_tree import Clusters, Node
from methods.merging import ProgressiveMerging
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
    partition
        How the tasks are divided.
    cluster
        How modules are grouped for merging; None merges all at once.
    threshold
        The most modules that are merged at once.
    clusters
        Into how many groups: ``sqrt`` of the number of modules, or a number.
    select
        Which step's modules each subset keeps.
    """

    steps: int
    subsets: int
    partition: Partition
    cluster: Cluster | None
    threshold: int = 3
    clusters: Clusters = "sqrt"
    select: Select = "last"

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        algorithm1.check(self.steps, self.select)
        checked.whole("subsets", self.subsets)
        checked.whole("threshold", self.threshold, least=2)
        checked.part("partition", self.partition)
        if self.clusters != "sqrt":
            checked.whole("clusters", self.clusters, least=2)
        if self.cluster is not None:
            checked.part("cluster", self.cluster)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the merged modules."""
        subsets = divide(lab, tasks, subsets=self.subsets, partition=self.partition)
        merge = ProgressiveMerging(self.threshold, self.cluster, self.clusters)
        strands = [lab.scope(f"subset-{number}", share=len(subset)) for number, subset in enumerate(subsets, 1)]
        for_merging = lab.scope("merge", share=0)  # each strand keeps its part of a budget back for it
        optimized = await gather(
            self.optimize(strand, subset, steps, then=merge.most(len(subsets), len(subset)))
            for strand, subset, steps in zip(strands, subsets, share(self.steps, len(subsets)), strict=True)
        )
        root = await merge(for_merging, optimized)
        lab.note("merge-tree", **merge_tree.measured(root, self.threshold))
        return root.modules

    async def optimize(self, lab: Lab, subset: Subset, steps: int, *, then: Work) -> Node:
        """Run Algorithm 1 on a subset, and backtest its result there; a budget keeps back what comes `then`."""
        then += Work(rollouts=len(subset))
        modules = await algorithm1.optimize(
            lab, lab.initial, batches=repeat(subset, steps), tasks=subset, select=self.select, then=then
        )
        return Node(modules, subset, await lab.backtest(modules, subset))


def divide(lab: Lab, tasks: Sequence[Task], *, subsets: int, partition: Partition) -> list[Subset]:
    """Divide the tasks into disjoint subsets, and note which task went where."""
    divided = partition(tasks, subsets, lab.rng("partition"))
    lab.note("divide", subsets=[[task.id for task in subset] for subset in divided])
    return divided


def share(steps: int, subsets: int) -> list[int]:
    """Share steps among subsets as evenly as possible, the first ones getting one more."""
    return [steps // subsets + (number < steps % subsets) for number in range(subsets)]
