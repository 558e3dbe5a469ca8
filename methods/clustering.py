"""Which modules are merged together: clustering by similarity (Section 3.2, Table 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]


class Cluster(Protocol):
    """Assigns n vectors, shape (n, dimensions), to `k` clusters, 2 <= k < n.

    Returns a label in 0..k-1 for each. Fewer labels than `k` may occur; the caller deals with that.
    """

    def __call__(self, vectors: Vectors, k: int, seed: int) -> Sequence[int]:
        """Return the labels."""
        ...


def kmeans(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """k-means, the paper's default."""
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct modules than clusters: dealt with above
        labels: list[int] = KMeans(n_clusters=k, n_init=10, random_state=seed).fit_predict(vectors).tolist()
    return labels


def even_split(vectors: Vectors, k: int) -> list[int]:
    """Assign to `k` clusters whose sizes differ by one at most, neighbours in similarity together.

    The fallback where a clustering leaves a cluster empty. Similarity order: from the first vector on, always the one
    most similar to the last, ties by position.
    """
    order = [0]
    rest = list(range(1, len(vectors)))
    while rest:
        nearest = max(rest, key=lambda i: (float(vectors[i] @ vectors[order[-1]]), -i))
        rest.remove(nearest)
        order.append(nearest)
    labels = [0] * len(order)
    for label, members in enumerate(np.array_split(np.array(order), k)):
        for member in members.tolist():
            labels[member] = label
    return labels
