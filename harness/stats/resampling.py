"""Two-way resampling: seeds and tasks drawn with replacement, independently (Owen 2007, the pigeonhole bootstrap)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.stats.interval import LEVEL, Interval


def two_way_means(scores: ArrayLike, resamples: int = 2_000, *, seed: int = 0) -> NDArray[np.float64]:
    """Return the means of resampled (seeds, tasks) matrices, shape (resamples,)."""
    matrix = np.asarray(scores, dtype=float)
    rng = np.random.default_rng(seed)
    rows, columns = (rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n for n in matrix.shape)
    means: NDArray[np.float64] = np.einsum("ri,ij,rj->r", rows, matrix, columns, optimize=True)
    return means


def two_way_interval(scores: ArrayLike, resamples: int = 2_000, *, seed: int = 0, level: float = LEVEL) -> Interval:
    """Return the percentile interval of the mean: too narrow with few seeds, so the tables take `two_way.estimate`."""
    low, high = np.quantile(two_way_means(scores, resamples, seed=seed), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
