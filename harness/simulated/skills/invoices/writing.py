"""From the entry to the answer: the choices that the rules in force make."""

from __future__ import annotations

from collections.abc import Sequence

from ...guidelines import Rule
from . import choices
from .page import Entry, Page


def write(entry: Entry, page: Page, *, held: Sequence[Rule]) -> str:
    """Return the number in an entry, written as the rules in force say; of two of a kind the first is followed."""
    made: dict[str, str] = {}
    for rule in held:
        if rule.kind != "read" and rule.positive and not (rule.kind == "part" and _free_text(entry, rule)):
            made.setdefault(rule.kind, rule.value)
    joiner = made.pop("join", None)
    if joiner is None or choices.HALF in entry.label:
        return choices.answer(page, entry, choices=made)
    others = [one.value for one in page.entries if one.key == entry.key and one.key and one != entry]
    return joiner.join([entry.value, *others])


def _free_text(entry: Entry, rule: Rule) -> bool:
    """Return whether an entry lists things of other kinds, which only a rule for this situation takes apart."""
    return " / " in entry.raw and not rule.subject
