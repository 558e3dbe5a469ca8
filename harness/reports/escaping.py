"""Texts of records in the formats of reports: no text is markup, a command or a formula there."""

from __future__ import annotations

import re

from harness.core.printable import printable

_TEX = {
    "\\": r"\textbackslash{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "†": r"\dag{}",
    "‡": r"\ddag{}",
    ">": r"$>$",
    "<": r"$<$",
    "[": "{[}",  # after the end of a row, [ would begin an argument
    "]": "{]}",
}
_MARKDOWN = re.compile(r"[\\`*\[\]<>|~&]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|(?<=:)//|(?<=www)\.|@")
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for the beginning of a formula, full-width forms as well."""


def tex(text: str) -> str:
    """Return a text for LaTeX, on one line."""
    return "".join(_TEX.get(character, character) for character in printable(text))


def markdown(text: str) -> str:
    """Return a text for Markdown and for a cell of its tables, on one line: no HTML, links, emphasis or code."""
    return _MARKDOWN.sub(lambda match: "".join(f"\\{character}" for character in match.group()), printable(text))


def csv_cell(value: object) -> object:
    """Return a value for CSV: a text that a spreadsheet would compute begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
