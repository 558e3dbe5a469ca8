"""From the entry to the answer: parts of lists, prefixes and suffixes, parts to join, spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...guidelines import Rule
from .page import Entry, Page

_LEG = re.compile(r"/\d{1,2}$")


def write(entry: Entry, page: Page, held: Sequence[Rule]) -> str:
    """Return the number in an entry, written as the rules in force say; of two of a kind the first is followed."""
    value = _part(entry, held)
    join = _first(held, "join")
    if join is not None:
        others = [one.value for one in page.entries if one.key == entry.key and one.key and one != entry]
        value = join.value.join([value, *others])
    for rule in held:
        if rule.kind == "drop" and rule.positive:
            what, _, text = rule.value.partition(":")
            value = value.removeprefix(text).strip() if what == "prefix" else _LEG.sub("", value)
    spaces = _first(held, "spaces")
    return value.replace(" ", "") if spaces is not None and spaces.value == "remove" else value


def _part(entry: Entry, held: Sequence[Rule]) -> str:
    rule, parts = _first(held, "part"), entry.parts
    if rule is None or not parts or (" / " in entry.raw and not rule.subject):
        return entry.value
    place = {"first": 0, "second": 1, "middle": len(parts) // 2, "last": -1}[rule.value]
    return parts[min(place, len(parts) - 1)]


def _first(held: Sequence[Rule], kind: str) -> Rule | None:
    return next((rule for rule in held if rule.kind == kind), None)
