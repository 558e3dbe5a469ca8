"""Divide: disjoint subsets that together are the training set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import Task
from methods.partition import Partition, at_random, by_category

task_lists = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=40).map(
    lambda names: [Task(f"t{i}", "", "", name) for i, name in enumerate(names)]
)


@pytest.mark.parametrize("partition", [at_random, by_category])
@given(tasks=task_lists, subsets=st.integers(1, 12), seed=st.integers(0, 99))
def test_subsets_are_disjoint_not_empty_and_hold_every_task_once(
    partition: Partition, tasks: list[Task], subsets: int, seed: int
) -> None:
    parts = partition(tasks, subsets, np.random.default_rng(seed))
    assert sorted(task.id for part in parts for task in part) == sorted(task.id for task in tasks)
    assert all(parts)
    assert len(parts) <= subsets
    assert parts == partition(tasks, subsets, np.random.default_rng(seed))


@given(tasks=task_lists, subsets=st.integers(1, 12), seed=st.integers(0, 99))
def test_random_subsets_differ_by_one_in_size(tasks: list[Task], subsets: int, seed: int) -> None:
    sizes = [len(part) for part in at_random(tasks, subsets, rng=np.random.default_rng(seed))]
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == min(subsets, len(tasks))


@given(tasks=task_lists)
def test_as_many_subsets_as_categories_are_the_categories(tasks: list[Task]) -> None:
    categories = list(dict.fromkeys(task.category for task in tasks))
    parts = by_category(tasks, len(categories), rng=np.random.default_rng(0))
    assert [{task.category for task in part} for part in parts] == [{category} for category in categories]


@given(tasks=task_lists, subsets=st.integers(1, 12))
def test_with_fewer_subsets_no_category_is_torn_apart(tasks: list[Task], subsets: int) -> None:
    parts = by_category(tasks, subsets, rng=np.random.default_rng(0))
    if subsets <= len({task.category for task in tasks}):
        homes = [{number for number, part in enumerate(parts) if c in {t.category for t in part}} for c in "abcdef"]
        assert all(len(home) <= 1 for home in homes)


def test_with_fewer_subsets_categories_are_put_together_the_largest_into_the_smallest_subset() -> None:
    tasks = [Task(f"t{i}", "", "", name) for i, name in enumerate("aaaaabbbccd")]
    parts = by_category(tasks, 2, rng=np.random.default_rng(0))
    assert [sorted({task.category for task in part}) for part in parts] == [["a", "d"], ["b", "c"]]


def test_the_largest_category_is_placed_first_in_whatever_order_they_come() -> None:
    tasks = [Task(f"t{i}", "", "", name) for i, name in enumerate("dccbbbaaaaa")]
    parts = by_category(tasks, 2, rng=np.random.default_rng(0))
    assert [sorted({task.category for task in part}) for part in parts] == [["a", "d"], ["b", "c"]]
