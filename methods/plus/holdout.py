"""A held-out part of each subset for backtests, against answers that a module has memorised."""

from __future__ import annotations

import numpy as np

from methods.partition import Subset


def hold_out(subset: Subset, share: float, *, rng: np.random.Generator) -> tuple[Subset, Subset]:
    """Return (tasks to train on, tasks to backtest on), both in the subset's order and neither empty.

    Without a share, and for a single task, both are the whole subset.
    """
    if not share or len(subset) < 2:
        return subset, subset
    size = min(len(subset) - 1, max(1, round(share * len(subset))))
    held = set(rng.permutation(len(subset))[:size].tolist())
    return (
        tuple(task for number, task in enumerate(subset) if number not in held),
        tuple(task for number, task in enumerate(subset) if number in held),
    )
