"""Similarity clustering: every algorithm, on good and on degenerate inputs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.clustering import Cluster
from harness.run.clustering import bisect_kmeans, kmeans, spectral
from harness.run.clustering.assignment import assign, even_split

ALGORITHMS = [kmeans, spectral, bisect_kmeans]


def three_groups() -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = np.eye(3, 8)
    vectors = np.repeat(centres, 4, axis=0) + 0.05 * np.abs(rng.normal(size=(12, 8)))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_similar_modules_come_together(algorithm: Cluster) -> None:
    labels, fallback = assign(algorithm, three_groups(), k=3, seed=1)
    assert labels == [0] * 4 + [1] * 4 + [2] * 4
    assert fallback == ""


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "vectors",
    [np.ones((6, 3)), np.zeros((6, 3)), np.array([[1.0, 0], [1, 0], [1, 0], [1, 0], [0, 1], [0, 1]])],
    ids=["identical", "zero", "two distinct"],
)
def test_fewer_distinct_modules_than_clusters_are_split_evenly(algorithm: Cluster, vectors: np.ndarray) -> None:
    labels, fallback = assign(algorithm, vectors, k=3, seed=0)
    assert sorted(labels.count(label) for label in range(3)) == [2, 2, 2]
    assert "distinct" in fallback


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_vectors_give_k_clusters_none_empty_and_the_same_ones_again(
    algorithm: Cluster, data: st.DataObject
) -> None:
    n = data.draw(st.integers(3, 9))
    k = data.draw(st.integers(2, n - 1))
    rows = data.draw(
        st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3), min_size=n, max_size=n)
    )
    raw = np.array(rows)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    vectors = np.divide(raw, lengths, out=np.zeros_like(raw), where=lengths > 0)
    labels, _ = assign(algorithm, vectors, k=k, seed=3)
    assert len(labels) == n
    assert set(labels) == set(range(k))
    assert (labels, _) == assign(algorithm, vectors, k=k, seed=3)


@pytest.mark.parametrize("labels", [[0] * 6, list(range(6)), [0, 1], [5, 5, 5, 5, 5, 7]], ids=str)
def test_an_assignment_that_would_not_shorten_the_list_as_asked_becomes_an_even_split(labels: list[int]) -> None:
    vectors = np.eye(6)
    found, fallback = assign(lambda *_: labels, vectors, k=3, seed=0)
    assert set(found) == {0, 1, 2}
    assert fallback


@given(n=st.integers(3, 30), data=st.data())
def test_an_even_split_differs_by_one_in_size(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(2, n - 1))
    labels = even_split(np.random.default_rng(n).normal(size=(n, 4)), k)
    sizes = [labels.count(label) for label in range(k)]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 1


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_seed_decides_where_the_vectors_leave_it_open(algorithm: Cluster) -> None:
    """Vectors evenly on a circle have as many equally good clusterings as the circle has turns."""
    turns = 2 * np.pi * np.arange(30) / 30
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    repeated = [assign(algorithm, circle, k=4, seed=5) for _ in range(6)]
    assert all(each == repeated[0] for each in repeated)
    assert len({tuple(assign(algorithm, circle, k=4, seed=seed)[0]) for seed in range(8)}) > 1


def test_as_many_distinct_modules_as_clusters_are_clustered() -> None:
    vectors = np.eye(3)[[0, 1, 2, 2]]
    labels, reason = assign(lambda *_: [2, 0, 1, 1], vectors, k=3, seed=0)
    assert (labels, reason) == ([0, 1, 2, 2], "")
