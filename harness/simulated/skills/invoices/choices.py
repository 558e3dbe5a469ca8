"""What a document leaves open once the label is found, and what follows from each choice.

The agent answers by choices that its instruction makes; the evaluator looks for the choices that lead to the truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from .page import Entry, Page
from .words import FILES

HALF = "½"
_NUMBER = re.compile(r"^(?:([A-Z]{1,5})/)?(.*?)(?:/(\d{1,2}))?$")
_SEPARATORS = re.compile(r"[ .\-]")
_FOURS = re.compile(r"(\w{4})(?=\w)")
_ORDER = ("read", "where", "halves", "date", "part", "separators", "prefix", "suffix", "zeros", "branch")

VALUES: Mapping[str, tuple[str, ...]] = {
    "where": ("header", "first line", "dearest line"),
    "halves": ("header first", "line first"),
    "date": ("earlier", "later"),
    "part": ("first", "last", "smallest"),
    "separators": ("keep", "remove", "fours"),
    "prefix": ("keep", "drop"),
    "suffix": ("keep", "drop"),
    "zeros": ("keep", "drop"),
    "branch": ("ignore", "append"),
}
"""What may be chosen in each kind of situation. The first is what a plain reader does."""


def situations(page: Page, entry: Entry) -> dict[str, tuple[str, ...]]:
    """Return the situations of a document whose reference stands under the label of an entry, with their choices."""
    header, lines = _alike(page, entry)
    number = (entry.parts or (entry.value,))[0]
    prefix, body, suffix = _taken_apart(number)
    there = {
        "where": bool(header and lines) and HALF not in entry.label,
        "halves": bool(header and lines) and HALF in entry.label,
        "date": len(entry.dates) > 1,
        "part": len(entry.parts) > 1 and not entry.dates,
        "separators": _SEPARATORS.search(body) is not None,
        "prefix": bool(prefix),
        "suffix": bool(suffix),
        "zeros": body.startswith("0"),
        "branch": bool(page.branch),
    }
    return {kind: VALUES[kind] for kind in there if there[kind]}


def answer(page: Page, entry: Entry, *, choices: Mapping[str, str]) -> str:
    """Return the number that choices lead to; where none is made, the plain reader's."""
    prefix, body, suffix = _taken_apart(_number(page, entry, choices=choices))
    if choices.get("zeros") == "drop":
        body = body.lstrip("0")
    if _SEPARATORS.search(body) and (how := choices.get("separators", "keep")) != "keep":
        body = _SEPARATORS.sub("", body)
        body = _FOURS.sub(r"\1 ", body) if how == "fours" else body
    if prefix and choices.get("prefix") != "drop":
        body = f"{prefix}/{body}"
    if suffix and choices.get("suffix") != "drop":
        body = f"{body}/{suffix}"
    return f"{body}-{page.branch}" if page.branch and choices.get("branch") == "append" else body


def ways(page: Page, truth: str) -> Iterator[dict[str, str]]:
    """Yield the choices that lead to the truth; ``read`` among them names the family of a file number."""
    transport = [one for one in page.entries if one.family == "transport" and one.value]
    files = [one for one in page.entries if one.family in FILES and one.value]
    starts: Sequence[tuple[Entry, dict[str, str]]] = [(one, {}) for one in transport[:1]]
    if not starts and len({one.family for one in files}) > 1:
        starts = [(one, {"read": f"family:{one.family}"}) for one in files]
    for entry, first in starts:
        open_to = situations(page, entry)
        for values in product(*open_to.values()):
            choices = first | dict(zip(open_to, values, strict=True))
            if answer(page, entry, choices=choices) == truth:
                yield {kind: choices[kind] for kind in _ORDER if kind in choices}


def _number(page: Page, entry: Entry, *, choices: Mapping[str, str]) -> str:
    header, lines = _alike(page, entry)
    if header and lines and HALF in entry.label:
        first, second = header[0].value, lines[0].value
        return second + first if choices.get("halves") == "line first" else first + second
    if header and lines and (where := choices.get("where")):
        wanted = {"first line": 1, "dearest line": page.dearest, "last line": lines[-1].line}.get(where, 0)
        entry = next((one for one in (*header, *lines) if one.line == wanted), entry)
    numbers = entry.parts or (entry.value,)
    if len(entry.dates) == len(numbers) > 1 and "date" in choices:
        order = sorted(zip(entry.dates, numbers, strict=True))
        return order[0 if choices["date"] == "earlier" else -1][1]
    return _of_several(numbers, choices.get("part", ""))


def _of_several(numbers: Sequence[str], which: str) -> str:
    if which in ("smallest", "largest"):
        return (min if which == "smallest" else max)(numbers, key=lambda one: _SEPARATORS.sub("", _taken_apart(one)[1]))
    place = {"second": 1, "middle": len(numbers) // 2, "last": -1}.get(which, 0)
    return numbers[min(place, len(numbers) - 1)]


def _alike(page: Page, entry: Entry) -> tuple[list[Entry], list[Entry]]:
    """Return the entries under the label of one, of the header and of the lines."""
    alike = [one for one in page.entries if one.key == entry.key and one.key and one.value]
    return [one for one in alike if not one.line], [one for one in alike if one.line]


def _taken_apart(number: str) -> tuple[str, str, str]:
    match = _NUMBER.match(number)
    return (match[1] or "", match[2], match[3] or "") if match else ("", number, "")
