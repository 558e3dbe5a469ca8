"""Edits of a list of guidelines, applied by code: what delta merging works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.guidelines import Guidelines


@dataclass(frozen=True)
class Edit:
    """One change of the base.

    Attributes
    ----------
    do
        ``add``, ``edit`` or ``drop``.
    at
        The guideline of the base that it changes (``1.2``); empty for an addition.
    text
        What it reads afterwards.
    sources
        The guidelines that it comes from.
    """

    do: str
    at: str = ""
    text: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Traced:
    """A guideline and the names of those that it comes from (none: the merger's own)."""

    text: str
    sources: tuple[str, ...]


def named(candidates: Sequence[Guidelines]) -> dict[str, str]:
    """Return every guideline by its name: guideline 3 of candidate 2 is 2.3."""
    return {f"{c}.{g}": text for c, each in enumerate(candidates, 1) for g, text in enumerate(each.items, 1)}


def apply(base: int, names: Mapping[str, str], *, edits: Sequence[Edit]) -> list[Traced]:
    """Return the base's guidelines after the edits, in order, additions at the end, none twice.

    Parameters
    ----------
    base
        The number of the base among the candidates, from 1.
    """
    changed = {edit.at: edit for edit in edits if edit.do != "add"}
    result: list[Traced] = []
    for name, text in _of(base, names).items():
        edit = changed.get(name)
        if edit is None:
            result.append(Traced(text, (name,)))
        elif edit.do == "edit":
            result.append(Traced(edit.text, tuple(dict.fromkeys((name, *edit.sources)))))
    result.extend(Traced(e.text or names[e.sources[0]], e.sources) for e in edits if e.do == "add")
    first: dict[str, Traced] = {}
    for item in result:
        first.setdefault(words(item.text), item)
    return list(first.values())


def as_edits(base: int, names: Mapping[str, str], *, rewritten: Sequence[str]) -> list[Edit]:
    """Return the edits that a rewritten list of guidelines amounts to, judged word for word."""
    own = _of(base, names)
    known: dict[str, str] = {}
    for name, text in (*own.items(), *names.items()):
        known.setdefault(words(text), name)
    found = [(text, known.get(words(text), "")) for text in rewritten]
    kept = {words(own[name]) for _, name in found if name in own}
    drops = [Edit("drop", at=name) for name, text in own.items() if words(text) not in kept]
    adds = [
        Edit("add", text="" if name else text, sources=(name,) if name else ())
        for text, name in found
        if name not in own
    ]
    return [*drops, *adds]


def _of(candidate: int, names: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in names.items() if name.partition(".")[0] == str(candidate)}


def words(text: str) -> str:
    """Return what two guidelines share that read the same."""
    return " ".join(text.lower().split())
