"""Numbers as people read them."""

from __future__ import annotations


def tokens(number: int) -> str:
    """Return a number of tokens for a person: ``812``, ``3.4 k``, ``1.2 M``."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return str(number)
