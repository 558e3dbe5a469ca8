"""What was typed, as a message of one line quotes it."""

from __future__ import annotations

from harness.core.printable import printable

LONGEST = 80


def shown(text: str, longest: int = LONGEST) -> str:
    """Return a text in one line, cut after `longest` characters."""
    return printable(text if len(text) <= longest else f"{text[:longest]}...")
