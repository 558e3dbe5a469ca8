"""Is this trained agent better than that one? Two runs on the same test tasks, compared task by task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from harness.stats.detectable import one_sided_needed, smallest_detectable
from harness.stats.interval import LEVEL, Interval

RESAMPLES = 9_999
"""Bootstrap resamples, and random sign flips where all of them are too many."""

EQUAL = 1e-12
"""Scores closer than this are a tie."""


@dataclass(frozen=True, slots=True)
class PairedComparison:
    """Two trained agents on the same tasks, `a` against `b`.

    Attributes
    ----------
    wins, losses, ties
        Tasks on which `a` scored more, less, the same.
    difference
        Mean score of `a` minus that of `b`, with its interval by a bootstrap clustered by task.
    p_value
        Two-sided. Exact McNemar for single binary scores, otherwise the sign-flip test by task (the same test where
        both apply).
    detectable
        Difference that such a comparison finds with 80 % power.
    """

    wins: int
    losses: int
    ties: int
    difference: float
    interval: Interval
    p_value: float
    detectable: float


def compare_paired(a: ArrayLike, b: ArrayLike, *, seed: int = 0) -> PairedComparison:
    """Compare two agents on the same tasks.

    Parameters
    ----------
    a, b
        Scores in [0, 1]: one a task, or (tasks, trials). The trials of a task are a cluster: they count as one.
    seed
        Of the bootstrap.
    """
    first, second = by_task(a), by_task(b)
    if first.shape != second.shape or not first.size:
        raise ValueError(f"paired scores need the same tasks: {first.shape} and {second.shape}")
    differences = first - second
    wins, losses = int((differences > EQUAL).sum()), int((differences < -EQUAL).sum())
    n = differences.size
    error = float(differences.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0
    return PairedComparison(
        wins,
        losses,
        ties=n - wins - losses,
        difference=float(differences.mean()),
        interval=clustered_bootstrap(differences, seed),
        p_value=paired_p_value(differences, seed),
        detectable=min(1.0, max(smallest_detectable(error, max(1, n - 1)), one_sided_needed() / n)),
    )


def by_task(scores: ArrayLike) -> NDArray[np.float64]:
    """Return one score a task: the mean over its trials."""
    array = np.asarray(scores, dtype=float)
    return array if array.ndim == 1 else cast("NDArray[np.float64]", array.mean(axis=1))


def mcnemar(wins: int, losses: int) -> float:
    """Return the two-sided p-value of the exact McNemar test from the numbers of discordant pairs."""
    n = wins + losses
    return float(stats.binomtest(wins, n).pvalue) if n else 1.0


def paired_p_value(differences: ArrayLike, seed: int = 0) -> float:
    """Return the two-sided p-value of no difference, by flipping the sign of each task's difference.

    Where all differences are -1, 0 or 1 this is the exact McNemar test and computed as such.
    """
    values = np.asarray(differences, dtype=float)
    values = values[np.abs(values) > EQUAL]
    if values.size < 2:  # a single sign comes out either way
        return 1.0
    if np.allclose(np.abs(values), 1.0):
        return mcnemar(int((values > 0).sum()), int((values < 0).sum()))
    flips = stats.permutation_test(
        (values, np.zeros_like(values)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return float(flips.pvalue)


def clustered_bootstrap(differences: ArrayLike, seed: int = 0, *, level: float = LEVEL) -> Interval:
    """Return the interval of the mean difference, tasks resampled whole (BCa).

    Where no resample differs from another (all differences are equal) a task that has not been seen might still
    differ: the interval then reaches as far as the rule of three allows.
    """
    values = np.asarray(differences, dtype=float)
    mean, n = float(values.mean()), values.size
    if n < 2 or np.ptp(values) < EQUAL:
        reach = min(1.0, -float(np.log(1 - level)) / n)
        return Interval(max(-1.0, mean - reach), min(1.0, mean + reach))
    drawn = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=level,
        method="BCa",
        vectorized=True,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(drawn.low), float(drawn.high))
