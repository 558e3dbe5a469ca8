"""pass@k: how often at least one of k attempts succeeds."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike


def pass_at_k(successes: ArrayLike, k: int) -> float | None:
    """Return the unbiased estimate of pass@k (Chen et al. 2021), averaged over tasks.

    Parameters
    ----------
    successes
        Shape (attempts, tasks), true where an attempt succeeded. None is returned where there are fewer than `k`.
    """
    matrix = np.atleast_2d(np.asarray(successes, dtype=bool))
    attempts, tasks = matrix.shape
    if k > attempts or k < 1 or not tasks:
        return None
    won = matrix.sum(axis=0)
    return float(np.mean([1 - comb(attempts - int(c), k) / comb(attempts, k) for c in won]))
