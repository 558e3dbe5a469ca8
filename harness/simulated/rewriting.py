"""Writing a new instruction from notes: what the optimizer and the merger have in common.

A **note** is a sentence with a weight (how often, or by whom, it was said). Notes of one meaning are one note; of
contradictory notes the heavier is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .guidelines import Rule, contradicts
from .skills.base import Skill

_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Note:
    """A sentence to be kept or not.

    Attributes
    ----------
    text
        The sentence.
    rules
        What it means to the skill; empty if nothing.
    weight
        How much speaks for it.
    mentions
        How often it was read.
    prior
        Whether it stood in an instruction before.
    rests
        Names of the attempts and guidelines that it comes from, where the prompt has names.
    """

    text: str
    rules: tuple[Rule, ...]
    weight: float
    mentions: int = 1
    prior: bool = False
    order: int = 0
    voices: set[int] = field(default_factory=set)
    rests: set[str] = field(default_factory=set)


def meaning(text: str, rules: tuple[Rule, ...]) -> tuple[object, ...]:
    """Return what two sentences share if they say the same: their rules, or else their words."""
    return rules or tuple(_WORD.findall(text.lower()))


def gather(notes: Iterable[Note]) -> list[Note]:
    """Return one note per meaning, weights and mentions added up, in order of first appearance."""
    found: dict[tuple[object, ...], Note] = {}
    for index, note in enumerate(notes):
        key = meaning(note.text, note.rules)
        if key in found:
            first = found[key]
            first.weight += note.weight
            first.mentions += note.mentions
            first.prior = first.prior or note.prior
            first.voices |= note.voices
            first.rests |= note.rests
        else:
            note.order = index
            found[key] = note
    return list(found.values())


def settle(notes: Sequence[Note], exclusive: frozenset[str]) -> list[Note]:
    """Drop what is contradicted by a heavier note, and what others have said in full; the order stays."""
    kept: list[Note] = []
    for note in sorted(notes, key=lambda n: (-n.weight, n.order)):
        if any(contradicts(a, b, exclusive=exclusive) for other in kept for a in note.rules for b in other.rules):
            continue
        said = {rule for other in kept for rule in other.rules}
        if note.rules and said.issuperset(note.rules):
            continue
        kept.append(note)
    return sorted(kept, key=lambda n: n.order)


def render(
    skill: Skill,
    head: Sequence[str],
    *,
    notes: Sequence[Note],
    mark: Callable[[list[str]], list[str]] | None = None,
) -> str:
    """Return an instruction: its opening sentences, then one line per guideline, marked if need be."""
    lines = skill.join([note.text for note in notes])
    if mark is not None:
        lines = mark(lines)
    opening = " ".join(head).strip()
    body = "\n".join(f"- {line}" for line in lines)
    return f"{opening}\n\n{body}".strip()
