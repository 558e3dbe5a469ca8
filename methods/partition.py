"""Divide: the training set into disjoint subsets (Section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from harness.core.domain import Task

Subset = tuple[Task, ...]


class Partition(Protocol):
    """Divides tasks into at most `subsets` disjoint, non-empty subsets that together hold every task once."""

    def __call__(self, tasks: Sequence[Task], subsets: int, rng: np.random.Generator) -> list[Subset]:
        """Return the subsets."""
        ...


def at_random(tasks: Sequence[Task], subsets: int, rng: np.random.Generator) -> list[Subset]:
    """Return subsets drawn at random, whose sizes differ by one at most."""
    drawn = [tasks[i] for i in rng.permutation(len(tasks))]
    return _nonempty([tuple(drawn[first::subsets]) for first in range(subsets)])


def by_category(tasks: Sequence[Task], subsets: int, rng: np.random.Generator) -> list[Subset]:
    """Return one subset a category where there are as many categories as subsets.

    With fewer subsets, categories are put together, the largest into the smallest subset; with more, the largest
    subset is halved at random until there are enough.
    """
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.category, []).append(task)
    parts = list(groups.values())
    if len(parts) > subsets:
        whole = sorted(parts, key=len, reverse=True)
        parts = [[] for _ in range(subsets)]
        for group in whole:
            min(parts, key=len).extend(group)
    while len(parts) < subsets and max(map(len, parts)) > 1:
        largest = max(range(len(parts)), key=lambda i: len(parts[i]))
        drawn = [parts[largest][i] for i in rng.permutation(len(parts[largest]))]
        parts[largest : largest + 1] = [drawn[0::2], drawn[1::2]]
    return _nonempty([tuple(part) for part in parts])


def _nonempty(parts: Sequence[Subset]) -> list[Subset]:
    return [part for part in parts if part]
