"""The clustering algorithms of Table 2, by scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from harness.core.clustering import Vectors

LEAST_AFFINITY = 1e-3
"""Affinity of modules that share nothing: a spectrum needs a connected graph of similarities."""


def kmeans(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """k-means, the paper's default."""
    from sklearn.cluster import KMeans

    return _labels(KMeans(n_clusters=k, n_init=10, random_state=seed), vectors)


def bisect_kmeans(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """Bisecting k-means: cut the cluster with the largest inertia in two until there are k."""
    from sklearn.cluster import BisectingKMeans

    return _labels(BisectingKMeans(n_clusters=k, n_init=10, random_state=seed), vectors)


def spectral(vectors: Vectors, k: int, seed: int) -> Sequence[int]:
    """Spectral clustering on the cosine similarities of the vectors (rows of unit length or zero)."""
    from sklearn.cluster import SpectralClustering

    affinity = np.clip(vectors @ vectors.T, LEAST_AFFINITY, 1.0)
    np.fill_diagonal(affinity, 1.0)
    return _labels(SpectralClustering(n_clusters=k, affinity="precomputed", random_state=seed), affinity)


class _Model(Protocol):
    def fit_predict(self, data: Vectors) -> Sequence[int]: ...


def _labels(model: _Model, data: Vectors) -> list[int]:
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):  # few vectors: threads would only wait for each other
        warnings.simplefilter("ignore")  # near-identical vectors, a barely connected graph: `assign` handles both
        return [int(label) for label in model.fit_predict(data)]
