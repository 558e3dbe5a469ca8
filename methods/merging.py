"""Algorithm 2 of the paper: progressive merging."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.core.clustering import Cluster
from harness.core.concurrency import gather
from harness.core.domain import Candidate, Task
from harness.core.lab import NOTHING, Lab, Work
from methods import merge_tree
from methods.merge_tree import Clusters, Node


class Step(Protocol):
    """One merge: writes modules from those of the candidates, and says how they perform on the union of their tasks."""

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        """Return the merge."""
        ...

    def work(self, children: int, tasks: int) -> Work:
        """Return the most that merging `children` modules takes, which were trained on `tasks` tasks together."""
        ...


@dataclass(frozen=True)
class MergeAndBacktest:
    """The paper's step: the merger writes one module, which is backtested on the tasks of its constituents."""

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        """Return the merge."""
        modules = await lab.merge(candidates)
        tasks = union(candidates)
        return Node(modules, tasks, await lab.backtest(modules, tasks), children=tuple(candidates))

    def work(self, children: int, tasks: int) -> Work:  # noqa: ARG002
        """Return one call, and each task once."""
        return Work(rollouts=tasks, calls=1)


AS_IN_THE_PAPER = MergeAndBacktest()


@dataclass(frozen=True)
class ProgressiveMerging:
    """Merges candidates into one, level by level.

    Parameters
    ----------
    threshold
        The most candidates that go to the merger at once (with ``cluster=None``: all of them do).
    cluster
        Groups similar candidates.
    clusters
        Into how many groups a level is clustered.
    step
        What one merge does.
    """

    threshold: int
    cluster: Cluster | None
    clusters: Clusters = "sqrt"
    step: Step = AS_IN_THE_PAPER

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        """Return the root of the tree of merges; a single candidate is its own root."""
        if len(candidates) == 1:
            return replace(candidates[0], reductions=0)
        if self.cluster is None or len(candidates) <= self.threshold:
            return await self.step(lab, candidates)
        groups = await lab.cluster(candidates, self.cluster, merge_tree.count(self.clusters, len(candidates)))
        strands = [lab.scope(f"cluster-{number}") for number in range(1, len(groups) + 1)]
        merged = await gather(self(strand, group) for strand, group in zip(strands, groups, strict=True))
        root = await self(lab.scope("root"), merged)
        return replace(root, reductions=1 + max(node.reductions for node in (root, *merged)))

    def most(self, modules: int, tasks: int) -> Work:
        """Return the most that merging takes for each of the modules, trained on `tasks` tasks each.

        The worst tree of merges is counted: clusters may come out as unbalanced as they like.
        """
        if modules < 2:
            return NOTHING
        together = min(modules, self.threshold) if self.cluster else modules
        times = merge_tree.most_merges(modules, self.threshold, clusters=self.clusters) if self.cluster else 1
        return self.step.work(together, math.ceil(times * tasks))


def union(candidates: Sequence[Candidate]) -> tuple[Task, ...]:
    """Return the tasks of all candidates, each once, in order."""
    return tuple({task.id: task for candidate in candidates for task in candidate.tasks}.values())
