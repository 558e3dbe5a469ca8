"""Grouping candidates by similarity: embed them, cluster the vectors, keep the assignment in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.core.clustering import Cluster
from harness.core.domain import Modules
from harness.run.clustering.assignment import assign, name_of
from harness.run.lab.bench import Bench


async def assignment(bench: Bench, modules: Sequence[Modules], *, algorithm: Cluster, k: int, seed: int) -> Any:
    """Return ``{"labels": [...], "even_split_because": reason}``, journaled.

    The assignment is an effect: floating point differs between machines, and so may clusters.
    """
    vectors = await bench.embedder([each.text for each in modules], bench.door.effect)

    async def compute() -> dict[str, list[int] | str]:
        labels, fallback = assign(algorithm, vectors, k=k, seed=seed)
        return {"labels": labels, "even_split_because": fallback}

    inputs = {
        "modules": [each.digest for each in modules],
        "algorithm": name_of(algorithm),
        "k": k,
        "seed": seed,
    }
    return await bench.door.effect("cluster", {"embedding": bench.embedder.identity(), "inputs": inputs}, compute)
