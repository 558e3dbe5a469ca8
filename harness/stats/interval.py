"""Intervals, and Wilson's for a mean score in [0, 1]."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

LEVEL = 0.95
"""Confidence level of every interval in the tables."""


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


def wilson(mean: float, n: float, *, degrees: float = np.inf, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval of a mean of values in [0, 1].

    Parameters
    ----------
    mean
        Share of successes, in [0, 1].
    n
        Number of independent tasks; of correlated ones the effective number (Korn and Graubard 1998).
    degrees
        Degrees of freedom with which the effective number is known.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    z = float(stats.t.ppf((1 + level) / 2, degrees))
    middle = (mean + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n)))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
