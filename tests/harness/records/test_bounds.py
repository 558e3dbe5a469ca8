"""What a record may hold: just within each bound it is read, just beyond it is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from harness.records import bounds


def holds(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


INSIDE = [
    (bounds.Name, "x" * 1000), (bounds.Count, 0), (bounds.Count, 2**53), (bounds.Whole, -(2**63)),
    (bounds.Whole, 2**63 - 1), (bounds.Trial, 0), (bounds.Trial, bounds.MOST_TRIALS - 1), (bounds.Share, 0.0),
    (bounds.Share, 1.0), (bounds.Amount, 1e12), (bounds.Duration, 1e9), (bounds.Date, "1970-01-01T00:00:00"),
    (bounds.Date, "2999-12-31"), (bounds.Digest, "a" * 64), (bounds.TextKey, "0" * 16), (bounds.RunId, "a" * 6),
    (bounds.Plain, {"a": 2**63 - 1, "b": -(2**63), "c": 1e308}), (bounds.Plain, nested(bounds.DEEPEST)),
    (bounds.Plain, {"a": [0] * (bounds.MOST_VALUES - 2)}),
]  # fmt: skip
BEYOND = [
    (bounds.Name, "x" * 1001), (bounds.Count, -1), (bounds.Count, 2**53 + 1), (bounds.Whole, -(2**63) - 1),
    (bounds.Whole, 2**63), (bounds.Trial, bounds.MOST_TRIALS), (bounds.Share, 1.0001), (bounds.Share, -0.0001),
    (bounds.Amount, 1.01e12), (bounds.Duration, 1.01e9), (bounds.Date, "1969-12-31"), (bounds.Date, "3000-01-01"),
    (bounds.Date, "yesterday"), (bounds.Digest, "a" * 63), (bounds.TextKey, "g" * 16), (bounds.RunId, "a" * 5),
    (bounds.Plain, {"a": 2**63}), (bounds.Plain, {"a": [-(2**63) - 1]}), (bounds.Plain, {"a": float("nan")}),
    (bounds.Plain, {"a": float("-inf")}), (bounds.Plain, nested(bounds.DEEPEST + 1)),
    (bounds.Plain, {"a": [0] * (bounds.MOST_VALUES - 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), INSIDE, ids=range(len(INSIDE)))
def test_inside(kind: Any, value: Any) -> None:
    assert holds(kind, value)


@pytest.mark.parametrize(("kind", "value"), BEYOND, ids=range(len(BEYOND)))
def test_beyond(kind: Any, value: Any) -> None:
    assert not holds(kind, value)
