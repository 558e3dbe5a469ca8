"""A learning curve from a lineage."""

from __future__ import annotations

import pytest

from harness.records.reading.curve import Point, best_at, learning_curve
from harness.records.schema import Lineage, LineageEvent, Score


def event(number: int, kind: str, score: float | None = None, n: int = 4) -> LineageEvent:
    performance = None if score is None else Score(mean=score, n=n, by_category={})
    return LineageEvent(id=f"0.{number}", scope="", kind=kind, performance=performance)


EVENTS = [
    event(1, "explore", 0.1), event(2, "optimize"), event(3, "validate", 0.5), event(4, "merge", 0.9),
    event(5, "propose"), event(6, "backtest", 0.2), event(7, "validate", 0.25), event(8, "validate"),
    event(9, "gate", 0.3), event(10, "validate", 0.75),
]  # fmt: skip


def test_it_has_a_point_a_validation_with_the_best_so_far() -> None:
    found = learning_curve(Lineage(final="a" * 64, events=EVENTS))
    assert found == [
        Point(pytest.approx(8 / 24), 8, 1, 0.5),
        Point(pytest.approx(16 / 24), 16, 2, 0.5),
        Point(1.0, 24, 2, 0.75),
    ]


def test_the_best_at_a_share_is_that_of_the_validations_until_then() -> None:
    points = learning_curve(Lineage(final="a" * 64, events=EVENTS))
    assert [best_at(points, share) for share in (0.3, 8 / 24, 0.66, 1.0)] == [None, 0.5, 0.5, 0.75]
    assert best_at([Point(0.1 + 0.2, 1, 1, 0.5)], 0.3) == 0.5, "0.1 + 0.2 is a little more than 0.3"


def test_methods_that_do_not_validate_have_none() -> None:
    assert learning_curve(Lineage(final="a" * 64, events=EVENTS[:2])) == []
