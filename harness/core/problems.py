"""What is wrong with a value that a schema refused, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.core.printable import printable

if TYPE_CHECKING:
    from pydantic import ValidationError

LONGEST = 80
"""Characters of a name or a value that a message quotes."""

MESSAGE = 500
"""Characters of what is wrong with it."""


def first_problem(error: ValidationError, at: str = "", *, quote: bool = False) -> str:
    """Return the first problem as ``place: what is wrong``.

    Parameters
    ----------
    at
        Where the value stands, such as ``backbone.agent``; the place within it follows after a dot.
    quote
        Whether to quote the refused value: ``method.steps='x': Input should be a valid integer``.
    """
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(_cut(str(part)) for part in ((at, *first["loc"]) if at else first["loc"]))
    value = f"={_cut(repr(first['input']))}" if quote else ""
    return f"{place or 'the object'}{value}: {first['msg'].removeprefix('Value error, ')[:MESSAGE]}"


def _cut(text: str) -> str:
    return printable(text if len(text) <= LONGEST else f"{text[:LONGEST]}...")
