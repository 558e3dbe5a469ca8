"""Garbage collection during a run: rarely, and without what was loaded before it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG, MIDDLE, OLD = 10_000, 10, 10
"""New objects before the youngest generation is collected, and how many collections of one bring one of the next."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Let the collector look at what a run makes alone, and only so often.

    Python's thresholds make it search a run's live calls every 700 objects, and all that packages have loaded (some
    million objects) again and again: a sixth of the CPU of a one-turn rollout. What a run drops is freed by counting
    references; few cycles are left for the collector.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.collect()  # of nothing: full collections wait for a quarter of what the last one found
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
