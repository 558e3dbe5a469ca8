"""Is this method better than that one? Training seeds and tasks are both samples, and vary both.

Scores stand in a matrix (seeds, tasks). With so few seeds as one can pay for, percentiles of a two-way bootstrap
(`resampling`) are far too narrow: its variance is short by (n - 1) / n, and 3 seeds tell little about their own spread.
So the variance is that of resampling seeds and of resampling tasks, in closed form and free of that bias, less the
noise that both contain; quantiles are Student's with Satterthwaite's degrees of freedom. It is the analysis of studies
with several readers and cases (Obuchowski and Rockette 1995; Hillis 2007), readers being seeds nested in methods.
`scripts/bench/intervals_and_tests.py` measures coverage, size and power of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from harness.stats.detectable import smallest_detectable
from harness.stats.interval import LEVEL, Interval, wilson
from harness.stats.paired import EQUAL, compare_paired

FEW_SEEDS = 3
"""With fewer training seeds than this a statement about a method is a guess, and says so."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a mean over (seeds, tasks) gets its variance from.

    Attributes
    ----------
    seeds
        Variance of the mean from resampling seeds; NaN for a single one.
    noise
        The part of it that resampling tasks shows as well.
    """

    seeds: float
    noise: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean over seeds and tasks, its standard error and interval."""

    mean: float
    error: float
    interval: Interval
    degrees: float


@dataclass(frozen=True, slots=True)
class MethodComparison:
    """Two methods over seeds and tasks, `a` against `b`.

    Attributes
    ----------
    difference
        Mean of `a` minus mean of `b`.
    p_value
        Two-sided.
    detectable
        Difference that such a comparison finds with 80 % power.
    warning
        What keeps it from being a statement on the methods; empty where nothing does.
    """

    difference: float
    error: float
    degrees: float
    interval: Interval
    p_value: float
    detectable: float
    warning: str = ""


def estimate(scores: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return the mean of one method and how well it is known.

    One run gives Wilson's interval over its tasks; several give Wilson's with the effective number of tasks.

    Parameters
    ----------
    scores
        Shape (seeds, tasks), values in [0, 1].
    """
    matrix = _matrix(scores)
    seeds, tasks = matrix.shape
    mean = float(matrix.mean())
    if seeds == 1:
        own = matrix[0]
        variance = float(own.var(ddof=0)) / tasks
        degrees = np.inf
    else:
        spread = _spread(matrix)
        of_tasks = _variance_of_mean(matrix.mean(axis=0))
        variance = max(spread.seeds + of_tasks - spread.noise, spread.seeds, of_tasks)
        degrees = _satterthwaite(variance, [(spread.seeds, seeds - 1), (of_tasks, tasks - 1)])
    effective = mean * (1 - mean) / variance if variance > EQUAL**2 else float(tasks)
    return Estimate(
        mean, float(np.sqrt(variance)), interval=wilson(mean, effective, degrees=degrees, level=level), degrees=degrees
    )


def compare_methods(a: ArrayLike, b: ArrayLike, *, level: float = LEVEL, seed: int = 0) -> MethodComparison:
    """Compare two methods that were tested on the same tasks, each over its own training seeds.

    Tasks are paired; seeds are not (seed 3 of one method has nothing to do with seed 3 of another).

    Parameters
    ----------
    a, b
        Shapes (seeds of a, tasks) and (seeds of b, tasks).
    seed
        Of the bootstrap that stands in where either has a single seed only and so has the other.
    """
    first, second = _matrix(a), _matrix(b)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"methods need the same tasks: {first.shape[1]} and {second.shape[1]}")
    fewest = min(len(first), len(second))
    if len(first) == len(second) == 1:
        return _single_runs(first[0], second[0], seed=seed)
    parts = _borrowed(_spread(first), len(first), b=_spread(second), seeds_b=len(second))
    difference = float(first.mean() - second.mean())
    by_task = first.mean(axis=0) - second.mean(axis=0)
    of_tasks = _variance_of_mean(by_task)
    of_seeds = sum(spread.seeds for spread, _ in parts)
    variance = max(of_tasks + of_seeds - sum(spread.noise for spread, _ in parts), of_seeds, of_tasks)
    if variance <= EQUAL**2:  # every task differs by the same amount in every run
        return _single_runs(first.mean(axis=0), second.mean(axis=0), seed=seed, warning=_warning(fewest))
    degrees = _satterthwaite(
        variance, [(of_tasks, first.shape[1] - 1), *((spread.seeds, freedom) for spread, freedom in parts)]
    )
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * error
    return MethodComparison(
        difference,
        error,
        degrees=degrees,
        interval=Interval(max(-1.0, difference - half), min(1.0, difference + half)),
        p_value=float(2 * stats.t.sf(abs(difference) / error, degrees)),
        detectable=min(1.0, smallest_detectable(error, degrees)),
        warning=_warning(fewest),
    )


def _single_runs(
    a: NDArray[np.float64], b: NDArray[np.float64], *, seed: int, warning: str | None = None
) -> MethodComparison:
    pair = compare_paired(a, b, seed=seed)
    error = float((a - b).std(ddof=1) / np.sqrt(a.size)) if a.size > 1 else 0.0
    return MethodComparison(
        pair.difference,
        error,
        degrees=float(a.size - 1),
        interval=pair.interval,
        p_value=pair.p_value,
        detectable=pair.detectable,
        warning=_warning(1) if warning is None else warning,
    )


def _warning(seeds: int) -> str:
    if seeds >= FEW_SEEDS:
        return ""
    if seeds == 1:
        return "one seed: this says which trained agent is better, not which method"
    return f"{seeds} seeds: training varies more than testing; {FEW_SEEDS} or more say more"


def _matrix(scores: ArrayLike) -> NDArray[np.float64]:
    matrix = np.atleast_2d(np.asarray(scores, dtype=float))
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(f"scores stand in a matrix (seeds, tasks), not in shape {matrix.shape}")
    return matrix


def _spread(matrix: NDArray[np.float64]) -> Spread:
    seeds, tasks = matrix.shape
    if seeds == 1:
        return Spread(float("nan"), 0.0)
    rest = matrix - matrix.mean(axis=0) - matrix.mean(axis=1, keepdims=True) + matrix.mean()
    noise = float((rest**2).sum()) / max(1, (seeds - 1) * (tasks - 1)) / (seeds * tasks)
    return Spread(_variance_of_mean(matrix.mean(axis=1)), noise)


def _borrowed(a: Spread, seeds_a: int, *, b: Spread, seeds_b: int) -> list[tuple[Spread, int]]:
    """Return each side's spread with its degrees of freedom; a single run has as much as the runs of the other."""
    if seeds_a == 1:
        return [(Spread(b.seeds * seeds_b, b.noise * seeds_b), seeds_b - 1), (b, seeds_b - 1)]
    if seeds_b == 1:
        return [(a, seeds_a - 1), (Spread(a.seeds * seeds_a, a.noise * seeds_a), seeds_a - 1)]
    return [(a, seeds_a - 1), (b, seeds_b - 1)]


def _variance_of_mean(values: NDArray[np.float64]) -> float:
    return float(values.var(ddof=1)) / values.size if values.size > 1 else 0.0


def _satterthwaite(variance: float, parts: list[tuple[float, int]]) -> float:
    below = sum(part**2 / freedom for part, freedom in parts if freedom > 0)
    return max(1.0, variance**2 / below) if below > 0 else np.inf
