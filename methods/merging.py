"""Algorithm 2 of the paper: progressive merging."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.concurrency import gather
from harness.domain import Candidate, Instruction, Modules, Task
from harness.lab import Lab
from methods.clustering import Cluster, even_split


async def merge(lab: Lab, candidates: Sequence[Candidate], threshold: int, cluster: Cluster | None) -> Candidate:
    """Merge candidates into one, level by level; each merge is backtested on the tasks of its constituents.

    Parameters
    ----------
    threshold
        At most so many candidates go to the merger at once (with ``cluster=None``: all of them do).
    cluster
        Groups similar candidates; about sqrt(n) clusters a level.
    """
    if len(candidates) == 1:
        return candidates[0]
    if cluster is None or len(candidates) <= threshold:
        modules = await lab.merge(candidates)
        tasks = union(candidates)
        return Candidate(modules, tasks, await lab.backtest(modules, tasks))
    groups = await clusters(lab, candidates, cluster)
    strands = [lab.scope(f"cluster-{number}") for number in range(1, len(groups) + 1)]
    merged = await gather(
        merge(strand, group, threshold, cluster) for strand, group in zip(strands, groups, strict=True)
    )
    return await merge(lab.scope("root"), merged, threshold, cluster)


async def clusters(lab: Lab, candidates: Sequence[Candidate], cluster: Cluster) -> list[list[Candidate]]:
    """Group candidates by similarity into ceil(sqrt(n)) clusters, at least 2, none empty, in order of first member.

    An assignment that leaves a cluster empty would not make the list shorter by as much as the paper counts on (one
    cluster that takes all would not make it shorter at all): it is replaced by an even split, and noted.
    """
    k = max(2, math.ceil(math.sqrt(len(candidates))))
    vectors = await lab.embed([text_of(candidate.modules) for candidate in candidates])
    seed = int(lab.rng("cluster").integers(2**31))

    async def assign() -> list[int]:
        return [int(label) for label in cluster(vectors, k, seed)]

    inputs = {
        "modules": [candidate.modules.digest for candidate in candidates],
        "algorithm": getattr(getattr(cluster, "func", cluster), "__name__", type(cluster).__name__),
        "k": k,
        "seed": seed,
    }
    labels = await lab.effect("cluster", inputs, assign)
    if len(set(labels)) < k:
        labels = even_split(vectors, k)
        lab.note("cluster-fallback", reason="a cluster was left empty", even_split=labels)
    order = list(dict.fromkeys(labels))
    return [[c for c, label in zip(candidates, labels, strict=True) if label == group] for group in order]


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
