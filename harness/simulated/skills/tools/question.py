"""What a question asks for, as a reader understands it: numbers to find, where each is, and what to do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ATTACHED = re.compile(r"^Attached file: *(\S+)", re.MULTILINE)
_FILE = r"(?P<file>[\w-]+\.[\w.]*\w)"
_GOOD = r"total amount of (?P<key>\w+)"
_FORMS = (
    ("sheets", rf"{_GOOD} over all sheets of {_FILE}"),
    ("formulas", rf"formula in cell (?P<key>[A-Z]+\d+) of {_FILE}"),
    ("merged", rf"total amount in the merged region (?P<key>\w+) of {_FILE}"),
    ("notes", rf"speaker's notes of slide (?P<key>\d+) of {_FILE}"),
    ("mail", rf"{_GOOD} in the workbook attached to the mail {_FILE}"),
    ("database", rf"{_GOOD} ordered by customers from (?P<more>\w+) in the database {_FILE}"),
    ("log", rf"addresses with status (?P<key>\d+) in the log {_FILE}"),
    ("encoding", rf"{_GOOD} in the fixed-width EBCDIC file {_FILE}"),
    ("calendar", rf"minutes of all events called (?P<key>\w+) in the calendar {_FILE}"),
    ("track", rf"total climb in metres of the track {_FILE}"),
    ("genealogy", rf"descendants of (?P<key>@\w+@) in the family tree {_FILE}"),
    ("checksum", rf"CRC-32 checksum of {_FILE}"),
    ("squares", rf"number of (?P<key>\w+) squares in {_FILE}"),
    ("display", rf"seven-segment display in {_FILE}"),
    ("chart", rf"height of the (?P<key>\w+) bar in the chart {_FILE}"),
    ("barcode", rf"barcode of {_FILE}"),
    ("frames", rf"frames of the animation {_FILE}"),
    ("tones", rf"tones of {_FILE}"),
    ("read", rf"{_GOOD} in the plain text of {_FILE}"),
    ("pdf", rf"{_GOOD} in the table of (?P<file>[\w-]+\.pdf)"),
    ("word", rf"{_GOOD} in the tables of (?P<file>[\w-]+\.docx)"),
    ("founded", r"year in which the town of (?P<key>\w+) was founded"),
    ("centimetres", r"height of the town of (?P<key>\w+) above the sea in centimetres"),
    ("census", r"inhabitants of the town of (?P<key>\w+) by the latest census"),
    ("trade", r"towns on all pages of the list of the (?P<key>\w+) trade"),
)
_COMPILED = tuple((ability, re.compile(form)) for ability, form in _FORMS)
ON_PAGES = ("founded", "centimetres", "census", "trade")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number to find.

    Attributes
    ----------
    ability
        What it takes: an ability of a tool, or one of `ON_PAGES`.
    key, more
        What it is about.
    file
        Where it is; empty where it is on a page.
    """

    ability: str
    key: str
    more: str
    file: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes
    ----------
    wanted
        The numbers; empty where one is not understood.
    operation
        ``+``, ``-`` or ``ascending``.
    attached
        The attached file.
    archived
        Whether the files are in it rather than it.
    """

    wanted: tuple[Wanted, ...]
    operation: str
    attached: str
    archived: bool


def read_question(text: str) -> Question:
    """Read a question with the line that names its file."""
    attached = match[1] if (match := _ATTACHED.search(text)) else ""
    body = _ATTACHED.sub("", text).strip()
    clauses = re.findall(r"\b[Ll]et [A-Z] be ([^;]+?)(?:;|\. (?=[A-Z]))", body) or [body]
    found = [_wanted(clause) for clause in clauses]
    wanted = tuple(one for one in found if one is not None)
    operation = "ascending" if "ascending order" in body else "-" if re.search(r"is A - B", body) else "+"
    return Question(wanted if len(wanted) == len(found) else (), operation, attached, "attached archive" in body)


def _wanted(clause: str) -> Wanted | None:
    for ability, form in _COMPILED:
        if match := form.search(clause):
            parts = match.groupdict()
            return Wanted(ability, parts.get("key") or "", more=parts.get("more") or "", file=parts.get("file") or "")
    return None
