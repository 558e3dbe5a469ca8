"""Bounds of what a record may hold. A record may come from a stranger: whatever is beyond them is no record.

Numbers fit 64 bits and are finite, names are short, free values are shallow. Sizes of files and lines are bounded
where they are read (`harness.records.inside`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

DEEPEST = 40
"""Levels of nesting of a free value, such as the config of a run."""

MOST_VALUES = 200_000
"""Values within a free value."""

MOST_TRIALS = 10_000
"""Repetitions of the final test."""


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object whose depth, size and numbers are within bounds.

    Raises
    ------
    ValueError
        If they are not.
    """
    level: list[Any] = [value]
    seen = 0
    for _ in range(DEEPEST):
        seen += len(level)
        if seen > MOST_VALUES:
            raise ValueError(f"holds more than {MOST_VALUES:,} values")
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return value
    raise ValueError(f"is nested deeper than {DEEPEST} levels")


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("holds an integer beyond 64 bits")
    if isinstance(value, float) and not abs(value) < float("inf"):
        raise ValueError("holds a number that is not finite")
    return []


def _date(text: str) -> str:
    if not 1970 <= datetime.fromisoformat(text).year < 3000:
        raise ValueError("is no date of these centuries")
    return text


def modules_key(digest: str) -> str:
    """Return what rows call modules with this digest: the beginning of it."""
    return digest[:16]


MOST_NAME = 1000
"""Letters of a name or an id."""

Name = Annotated[str, Field(max_length=MOST_NAME)]
"""A name or an id."""

Count = Annotated[int, Field(ge=0, le=2**53)]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Seed = Whole
Trial = Annotated[int, Field(ge=0, lt=MOST_TRIALS)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e12)]
"""Seconds or US dollars."""

Duration = Annotated[float, Field(ge=0, le=1e9)]
"""Seconds of one process."""

Date = Annotated[str, Field(max_length=40), AfterValidator(_date)]
"""ISO 8601."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ModulesKey = Annotated[str, Field(pattern=r"^([0-9a-f]{16}|[0-9a-f]{64})$"), AfterValidator(modules_key)]
"""The beginning of a digest of modules; records of earlier versions hold all of it."""

TextKey = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""The beginning of the SHA-256 of a text."""

RunId = Annotated[str, Field(pattern=r"^[0-9a-f]{6,64}$")]
Plain = Annotated[dict[str, Any], AfterValidator(plain)]
"""A JSON object without a schema of its own."""
