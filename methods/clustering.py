"""Which modules are merged together: clustering by similarity (Section 3.2, Table 2)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

Clusters = Literal["sqrt"] | int
"""How many clusters: ceil(sqrt(n)) as in the paper, or a number (of fewer modules than that, ceil(sqrt(n)) again)."""


class Cluster(Protocol):
    """Assigns n vectors, shape (n, dimensions), to `k` clusters, 2 <= k < n.

    Returns a label for each. Another number of distinct labels than `k` may occur; `assign` deals with that.
    """

    def __call__(self, vectors: Vectors, k: int, seed: int) -> Sequence[int]:
        """Return the labels."""
        ...


def kmeans(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """k-means, the paper's default."""
    from sklearn.cluster import KMeans

    return _labels(KMeans(n_clusters=k, n_init=10, random_state=seed), vectors)


def bisect_kmeans(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """Bisecting k-means: the cluster with the largest inertia is cut in two until there are k."""
    from sklearn.cluster import BisectingKMeans

    return _labels(BisectingKMeans(n_clusters=k, n_init=10, random_state=seed), vectors)


def spectral(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """Spectral clustering on the cosine similarities of the vectors (rows of unit length or zero)."""
    from sklearn.cluster import SpectralClustering

    affinity = np.clip(vectors @ vectors.T, LEAST_AFFINITY, 1.0)
    np.fill_diagonal(affinity, 1.0)
    return _labels(SpectralClustering(n_clusters=k, affinity="precomputed", random_state=seed), affinity)


def _labels(model: Any, data: Vectors) -> list[int]:
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):  # few vectors: threads would only wait for each other
        warnings.simplefilter("ignore")  # near-identical vectors, a graph that hardly hangs together: see `assign`
        return [int(label) for label in model.fit_predict(data)]


LEAST_AFFINITY = 1e-3
"""Of modules that share nothing: the graph of similarities must hang together for its spectrum to say anything."""


def count(clusters: Clusters, n: int) -> int:
    """Return k for n > 2 modules, 2 <= k < n."""
    return clusters if clusters != "sqrt" and clusters < n else max(2, math.ceil(math.sqrt(n)))


def assign(cluster: Cluster, vectors: Vectors, k: int, seed: int) -> tuple[list[int], str]:
    """Return a label in 0..k-1 for each vector, each label taken, and why it is an even split (empty if it is not).

    An assignment that leaves a cluster empty would not make the list shorter by as much as the paper counts on (one
    cluster that takes all, or one for each, would not make it shorter at all).
    """
    if len(np.unique(vectors, axis=0)) < k:
        return even_split(vectors, k), "fewer distinct modules than clusters"
    labels = list(cluster(vectors, k, seed))
    if len(labels) != len(vectors) or len(set(labels)) != k:
        return even_split(vectors, k), f"{len(set(labels))} clusters of {len(labels)} modules in place of {k}"
    names = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return [names[label] for label in labels], ""


def even_split(vectors: Vectors, k: int) -> list[int]:
    """Assign to `k` clusters whose sizes differ by one at most, neighbours in similarity together.

    Similarity order: from the first vector on, always the one most similar to the last, ties by position.
    """
    order, free = [0], np.ones(len(vectors), dtype=bool)
    free[0] = False
    while free.any():
        similarity = np.where(free, vectors @ vectors[order[-1]], -np.inf)
        order.append(int(np.argmax(similarity)))
        free[order[-1]] = False
    labels = [0] * len(order)
    for label, members in enumerate(np.array_split(np.array(order), k)):
        for member in members.tolist():
            labels[member] = label
    return labels
