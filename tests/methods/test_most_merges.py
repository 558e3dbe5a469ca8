"""What merging may take at most: the worst tree, found by trying every division."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from harness.core.domain import Task
from harness.core.errors import ConfigError
from harness.core.lab import NOTHING, Work
from harness.run.clustering.algorithms import kmeans
from harness.testing import LabStandIn
from methods.fgo import FGO
from methods.merge_tree import Clusters, count, most_merges
from methods.merging import ProgressiveMerging
from methods.partition import at_random


def divisions(n: int, k: int) -> Iterator[tuple[int, ...]]:
    """Every way to put n modules into k clusters, by their sizes."""
    if k == 1:
        yield (n,)
        return
    for first in range(1, n - k + 2):
        yield from ((first, *rest) for rest in divisions(n - first, k - 1))


@cache
def longest(n: int, threshold: int, clusters: Clusters) -> int:
    """The most merges that one of n modules goes through."""
    if n <= threshold:
        return int(n > 1)
    k = count(clusters, n)
    return longest(k, threshold, clusters) + max(longest(max(sizes), threshold, clusters) for sizes in divisions(n, k))


@cache
def worst(n: int, threshold: int, clusters: Clusters) -> int:
    """The most merges, summed over n modules."""
    if n <= threshold:
        return n if n > 1 else 0
    k = count(clusters, n)
    most = max(sum(worst(size, threshold, clusters) for size in sizes) for sizes in divisions(n, k))
    return most + n * longest(k, threshold, clusters)


@pytest.mark.parametrize("clusters", ["sqrt", 2, 3])
@pytest.mark.parametrize("threshold", [2, 3, 4])
def test_the_worst_tree_is_the_worst_of_all(threshold: int, clusters: Clusters) -> None:
    for n in range(1, 13):
        assert most_merges(n, threshold, clusters=clusters) == pytest.approx(worst(n, threshold, clusters) / n), n


class Seen:
    """A step of merging that says what it was asked."""

    def work(self, children: int, tasks: int) -> Work:
        return Work(rollouts=tasks, calls=children)


def test_merging_says_what_it_takes_at_most() -> None:
    clustered = ProgressiveMerging(3, kmeans)
    assert clustered.most(1, 10) == NOTHING
    assert clustered.most(2, 10) == Work(rollouts=10, calls=1)
    assert ProgressiveMerging(3, None).most(5, 10) == Work(rollouts=10, calls=1)
    for modules, tasks in ((2, 7), (3, 7), (9, 7)):
        times = most_merges(modules, 3, clusters="sqrt")
        expected = Work(rollouts=-int(-times * tasks // 1), calls=min(modules, 3))
        assert ProgressiveMerging(3, kmeans, step=Seen()).most(modules, tasks) == expected  # type: ignore[arg-type]
        whole = ProgressiveMerging(3, None, step=Seen())  # type: ignore[arg-type]
        assert whole.most(modules, tasks) == Work(rollouts=tasks, calls=modules)


class Shares(LabStandIn):
    """Notes the share of each scope of the method's own Lab."""

    def scope(self, name: str, share: int = 1) -> LabStandIn:
        self.shares = {**getattr(self, "shares", {}), name: share}
        return super().scope(name, share)


async def test_strands_share_the_budget_by_their_tasks_and_merging_has_no_share_of_its_own() -> None:
    lab = Shares()
    tasks = [Task(f"t{number}", "", "", "") for number in range(7)]
    await FGO(2, 2, partition=at_random, cluster=kmeans).train(lab, tasks)
    assert lab.shares == {"subset-1": 4, "subset-2": 3, "merge": 0}


def test_two_modules_are_the_fewest_to_merge_at_once() -> None:
    assert FGO(2, 2, partition=at_random, cluster=kmeans, threshold=2).threshold == 2
    with pytest.raises(ConfigError, match="threshold"):
        FGO(2, 2, partition=at_random, cluster=kmeans, threshold=1)
