"""Algorithm 2 held against the paper's claims (Section 3.2, Appendix C), over the real code, up to 4096 modules."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from task_lists import make_tasks

from harness.core.domain import Modules, Performance
from harness.run.clustering import kmeans
from harness.run.clustering.assignment import even_split
from harness.testing import LabStandIn, Script
from methods import merge_tree
from methods.merge_tree import Clusters, Node, paper_reductions
from methods.merging import ProgressiveMerging


def leaves(n: int) -> list[Node]:
    """One module a task."""
    return [
        Node(Modules.of_instruction(task.id), (task,), Performance({task.id: 1.0}, {task.id: task.category}))
        for task in make_tasks(n)
    ]


def world_for(n: int) -> Script:
    """Vectors on a circle; the merger keeps nothing but a name, so that 4096 modules stay small."""
    return Script(
        score=lambda modules, task: 1.0,
        merge=lambda candidates, attempt: candidates[0].modules.instruction(),
        embed=lambda texts: np.array(
            [[math.cos(int(t[1:]) / n), math.sin(int(t[1:]) / n)] for t in texts], dtype=np.float64
        ),
    )


def balanced(vectors: np.ndarray, k: int, seed: int) -> list[int]:
    return [i * k // len(vectors) for i in range(len(vectors))]


def grow(n: int, cluster: object, threshold: int = 3) -> tuple[Node, Script]:
    world = world_for(n)
    merge = ProgressiveMerging(threshold, cluster)  # type: ignore[arg-type]
    return asyncio.run(merge(LabStandIn(world), leaves(n))), world


def check_the_claims(root: Node, world: Script, n: int, threshold: int) -> None:
    assert {task.id for task in root.tasks} == {f"t{i}" for i in range(n)}
    merges = world.of("merge")
    assert all(2 <= len(call.modules) <= threshold for call in merges)
    backtests = Counter(task for call in world.of("backtest") for task in call.tasks)
    assert len(world.of("backtest")) == len(merges), "every merge is backtested"
    generation = [root]
    while generation:
        tasks = [task.id for node in generation for task in node.tasks]
        assert len(tasks) == len(set(tasks)), "a level backtests a task at most once"
        generation = [child for node in generation for child in node.children]
    assert max(backtests.values()) <= root.depth
    size = merge_tree.measured(root, threshold)
    assert size["backtests"] == sum(backtests.values())
    assert size["merges"] == len(merges)
    assert size["modules"] == n


@pytest.mark.parametrize("n", [2, 3, 4, 6, 8, 9, 16, 17, 64, 100, 256, 1000, 4096])
def test_with_balanced_clusters_the_reductions_are_those_of_appendix_c(n: int) -> None:
    root, world = grow(n, balanced)
    check_the_claims(root, world, n, 3)
    assert root.reductions == paper_reductions(n, 3)
    assert root.reductions <= 1 + math.log2(max(1.0, math.log2(n))), "O(log log n)"
    # A cluster and the list of results are both reduced again: the depth doubles with each reduction.
    assert root.depth <= 2**root.reductions
    assert root.depth <= 1 + math.log2(n), "O(log n)"


@pytest.mark.parametrize("n", [7, 40, 300])
def test_one_cluster_that_takes_all_is_split_evenly_and_the_merging_ends(n: int) -> None:
    root, world = grow(n, lambda vectors, k, seed: [0] * len(vectors))
    check_the_claims(root, world, n, 3)
    assert root.reductions == paper_reductions(n, 3)
    assert all(call.facts["even_split_because"] for call in world.of("cluster"))


@pytest.mark.parametrize("n", [7, 40, 300])
def test_a_cluster_that_takes_all_but_a_few_ends_too_only_deeper(n: int) -> None:
    root, world = grow(n, lambda vectors, k, seed: [max(0, i - len(vectors) + k) for i in range(len(vectors))])
    check_the_claims(root, world, n, 3)
    assert root.depth >= paper_reductions(n, 3) + 1


@settings(max_examples=60, deadline=None)
@given(data=st.data(), n=st.integers(2, 40), threshold=st.integers(2, 6))
def test_with_any_clustering_it_ends_and_keeps_every_claim(data: st.DataObject, n: int, threshold: int) -> None:
    def adversary(vectors: np.ndarray, k: int, seed: int) -> Sequence[int]:
        return data.draw(st.lists(st.integers(-1, k + 1), min_size=len(vectors) - 1, max_size=len(vectors)))

    root, world = grow(n, adversary, threshold)
    check_the_claims(root, world, n, threshold)


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 60), clusters=st.integers(2, 12), seed=st.integers(0, 9))
def test_any_fixed_number_of_clusters_ends(n: int, clusters: int, seed: int) -> None:
    world = world_for(n)
    rng = np.random.default_rng(seed)
    merge = ProgressiveMerging(3, lambda vectors, k, _: rng.integers(k, size=len(vectors)).tolist(), clusters)
    root = asyncio.run(merge(LabStandIn(world), leaves(n)))
    check_the_claims(root, world, n, 3)


def test_identical_modules_are_merged_in_the_end() -> None:
    same = Modules.of_instruction("t0")
    nodes = [Node(same, leaf.tasks, leaf.performance) for leaf in leaves(20)]
    world = world_for(20)
    root = asyncio.run(ProgressiveMerging(3, kmeans)(LabStandIn(world), nodes))
    check_the_claims(root, world, 20, 3)


def test_no_clustering_is_one_merge_of_all() -> None:
    root, world = grow(20, None)
    assert [len(call.modules) for call in world.of("merge")] == [20]
    assert root.depth == 1


def test_a_single_module_is_neither_merged_nor_backtested() -> None:
    root, world = grow(1, kmeans)
    assert world.calls == []
    assert merge_tree.measured(root, 3)["paper_backtests"] == 0


def test_up_to_the_threshold_it_is_one_merge() -> None:
    _, world = grow(3, kmeans)
    assert [call.verb for call in world.calls] == ["merge", "backtest"]


def test_a_merge_starts_as_soon_as_its_own_children_are_ready() -> None:
    """Sixteen modules, four clusters of four: one slow cluster does not hold up the others' own roots."""
    world = world_for(16)
    world.delay = lambda scope: 200 if scope.startswith("/cluster-1") else 0
    asyncio.run(ProgressiveMerging(3, balanced)(LabStandIn(world), leaves(16)))
    scopes = [call.scope for call in world.of("merge")]
    first_slow = next(i for i, scope in enumerate(scopes) if scope.startswith("/cluster-1"))
    assert {scope for scope in scopes[:first_slow] if scope.endswith("/root")} == {
        f"/cluster-{number}/root" for number in (2, 3, 4)
    }


def test_the_tree_is_reported_beside_the_papers_bound() -> None:
    root, _ = grow(6, balanced)
    size = merge_tree.measured(root, 3)
    assert (size["modules"], size["merges"], size["depth"]) == (6, 4, 2)
    assert (size["reductions"], size["paper_reductions"]) == (1, 1)
    assert (size["backtests"], size["paper_backtests"]) == (12, 12)


def test_even_splits_of_thousands_are_quick_enough_to_be_a_fallback() -> None:
    assert len(set(even_split(np.random.default_rng(0).normal(size=(2000, 8)), 45))) == 45


@given(n=st.integers(3, 5000), clusters=st.sampled_from(["sqrt", 2, 3, 10, 100]))
def test_the_number_of_clusters_is_at_least_two_and_below_n(n: int, clusters: Clusters) -> None:
    assert 2 <= merge_tree.count(clusters, n) < n
