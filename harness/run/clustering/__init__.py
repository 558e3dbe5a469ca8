"""Clustering of candidates by the similarity of their modules (Section 3.2, Table 2): config group `cluster`."""

from harness.run.clustering.algorithms import bisect_kmeans, kmeans, spectral

__all__ = ["bisect_kmeans", "kmeans", "spectral"]
