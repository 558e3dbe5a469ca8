"""Algorithm 2 of the paper: progressive merging."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.core.concurrency import gather
from harness.core.domain import Candidate, Instruction, Modules, Task
from harness.core.lab import Lab, Work
from methods import clustering, merge_tree
from methods.clustering import Cluster, Clusters
from methods.merge_tree import Node


class Step(Protocol):
    """One merge: writes modules from those of the nodes and says how they perform on the union of their tasks."""

    async def __call__(self, lab: Lab, nodes: Sequence[Node]) -> Candidate:
        """Return the merge."""
        ...

    def work(self, children: int, tasks: int) -> Work:
        """Return what merging so many modules takes at most, where they were trained on so many tasks together."""
        ...


@dataclass(frozen=True)
class MergeAndBacktest:
    """The paper's step: the merger writes one module, which is backtested on the tasks of its constituents."""

    async def __call__(self, lab: Lab, nodes: Sequence[Node]) -> Candidate:
        """Return the merge."""
        candidates = [node.candidate for node in nodes]
        modules = await lab.merge(candidates)
        tasks = union(candidates)
        return Candidate(modules, tasks, await lab.backtest(modules, tasks))

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
        At most so many candidates go to the merger at once (with ``cluster=None``: all of them do).
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

    async def __call__(self, lab: Lab, nodes: Sequence[Node]) -> Node:
        """Return the root of the tree of merges; a single node is its own root."""
        if len(nodes) == 1:
            return replace(nodes[0], reductions=0)
        if self.cluster is None or len(nodes) <= self.threshold:
            return Node(await self.step(lab, nodes), tuple(nodes))
        groups = await self.grouped(lab, nodes, self.cluster)
        strands = [lab.scope(f"cluster-{number}") for number in range(1, len(groups) + 1)]
        merged = await gather(self(strand, group) for strand, group in zip(strands, groups, strict=True))
        root = await self(lab.scope("root"), merged)
        return replace(root, reductions=1 + max(node.reductions for node in (root, *merged)))

    def most(self, modules: int, tasks: int) -> Work:
        """Return what merging so many modules takes at most for each of them, trained on so many tasks each.

        The worst tree of merges is counted: clusters may come out as unbalanced as they like.
        """
        if modules < 2:
            return Work()
        together = min(modules, self.threshold) if self.cluster else modules
        times = merge_tree.most_merges(modules, self.threshold, self.clusters) if self.cluster else 1
        return self.step.work(together, math.ceil(times * tasks))

    async def grouped(self, lab: Lab, nodes: Sequence[Node], cluster: Cluster) -> list[list[Node]]:
        """Group nodes by the similarity of their modules, in order of first member."""
        vectors = await lab.embed([text_of(node.candidate.modules) for node in nodes])
        k = clustering.count(self.clusters, len(nodes))
        seed = int(lab.rng("cluster").integers(2**31))

        async def assign() -> dict[str, list[int] | str]:
            labels, fallback = clustering.assign(cluster, vectors, k, seed)
            return {"labels": labels, "even_split_because": fallback}

        inputs = {
            "modules": [node.candidate.modules.digest for node in nodes],
            "algorithm": getattr(getattr(cluster, "func", cluster), "__name__", type(cluster).__name__),
            "k": k,
            "seed": seed,
        }
        labels = (await lab.effect("cluster", inputs, assign))["labels"]
        return [[node for node, label in zip(nodes, labels, strict=True) if label == group] for group in range(k)]


def union(candidates: Sequence[Candidate]) -> tuple[Task, ...]:
    """Return the tasks of all candidates, each once, in order."""
    return tuple({task.id: task for candidate in candidates for task in candidate.tasks}.values())


def text_of(modules: Modules) -> str:
    """Return what clustering compares: the text of the trainable modules."""
    texts = []
    for name in modules.trainable:
        module = modules[name]
        if isinstance(module, Instruction):
            texts.append(module.text)
        else:
            texts.extend(f"{tool.name}\n{tool.description}\n{tool.source}" for tool in module.tools)
    return "\n".join(texts)
