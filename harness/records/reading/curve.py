"""Learning curves from a record: the best validation score so far, at each share of what the training played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.records.schema import Lineage

MEASURED = ("explore", "backtest", "gate", "validate")
"""Kinds of events that play rollouts."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a training stood after one validation.

    Attributes
    ----------
    share
        Rollouts so far, as a share of all rollouts of the training, in (0, 1].
    rollouts
        So many.
    optimizations
        Optimizer calls so far that made modules.
    best
        The best validation score so far.
    """

    share: float
    rollouts: int
    optimizations: int
    best: float


def learning_curve(lineage: Lineage) -> list[Point]:
    """Return a point a validation, in the method's own order; none for methods that do not validate."""
    played = [event.performance.n if event.performance and event.kind in MEASURED else 0 for event in lineage.events]
    total = sum(played)
    points: list[Point] = []
    so_far = optimizations = 0
    for event, n in zip(lineage.events, played, strict=True):
        so_far += n
        optimizations += event.kind in ("optimize", "propose", "edit", "curate")
        if event.kind == "validate" and event.performance:
            best = max([event.performance.mean, *(point.best for point in points[-1:])])
            points.append(Point(so_far / total, so_far, optimizations, best))
    return points


def best_at(points: Sequence[Point], share: float) -> float | None:
    """Return the best validation score when this share was played; None before the first validation."""
    reached = [point.best for point in points if point.share <= share + 1e-9]
    return reached[-1] if reached else None
