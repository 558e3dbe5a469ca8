"""How large a difference must be for a comparison to find it."""

from __future__ import annotations

import math

from scipy import stats

ALPHA = 0.05
"""Size of every test."""

POWER = 0.8
"""Power at which a difference counts as detectable."""


def smallest_detectable(error: float, degrees: float, *, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the difference that a two-sided t test finds with the given power.

    Parameters
    ----------
    error
        Standard error of the difference.
    degrees
        Its degrees of freedom.
    """
    return float((stats.t.ppf(1 - alpha / 2, degrees) + stats.t.ppf(power, degrees)) * error)


def one_sided_needed(alpha: float = ALPHA) -> int:
    """Return how many discordant pairs, all one way, the exact McNemar test needs to be significant (6 at 0.05)."""
    return math.floor(math.log2(2 / alpha)) + 1
