"""Several methods at once: Holm's correction and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.stats.detectable import ALPHA
from harness.stats.two_way import MethodComparison, compare_methods


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranks of several methods and the comparisons behind them.

    Attributes
    ----------
    ranks
        1 + the number of methods that are significantly better, for each method.
    comparisons
        For each pair (i, j), i < j: the comparison of i against j.
    adjusted
        Its p-value by Holm's correction over all pairs.
    """

    ranks: tuple[int, ...]
    comparisons: dict[tuple[int, int], MethodComparison]
    adjusted: dict[tuple[int, int], float]


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values adjusted for their number (Holm 1979), in the order they came."""
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, steps)
    return adjusted


def rank(methods: Sequence[ArrayLike], alpha: float = ALPHA) -> Ranking:
    """Rank methods that were tested on the same tasks, each given as (seeds, tasks)."""
    comparisons = {(i, j): compare_methods(methods[i], methods[j]) for i, j in combinations(range(len(methods)), 2)}
    values = holm([comparison.p_value for comparison in comparisons.values()])
    adjusted = {pair: float(value) for pair, value in zip(comparisons, values, strict=True)}
    ranks = [1] * len(methods)
    for (i, j), p_value in adjusted.items():
        if p_value < alpha and comparisons[i, j].difference != 0:
            ranks[j if comparisons[i, j].difference > 0 else i] += 1
    return Ranking(tuple(ranks), comparisons, adjusted)
