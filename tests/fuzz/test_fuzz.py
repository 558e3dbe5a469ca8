"""Some examples of every kind of hostile input; `scripts/fuzz.py` tries more."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.fuzz import kinds, try_kind

EXAMPLES = 150


def test_every_kind_is_found() -> None:
    assert kinds() == sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in ("__init__", "called", "mutations", "test_fuzz")
    )
    assert "records" in kinds()


@pytest.mark.parametrize("kind", kinds())
def test_hostile_input_is_refused_in_a_line_or_read(kind: str) -> None:
    try_kind(kind, EXAMPLES)
