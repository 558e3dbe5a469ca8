"""What an instruction says: sentences, and the rules that a skill understands in them.

A **guideline** is a sentence in which a skill recognises at least one **rule**. Rules have one general form, so that
sentences that say the same in other words have the same meaning, and contradictions can be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_BULLET = re.compile(r"^\s*(?:[-*•–]+|\(?\d{1,3}[.)]|#+)\s+")
_END = re.compile(r"(?<=[.!?;])[\"”')\]]*\s+(?=[A-Z0-9\"“'(<])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|no|nr)\.\s*$", re.IGNORECASE)
_MAX_SENTENCE = 600


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One thing that a sentence tells the agent to do, or not to do.

    Attributes
    ----------
    kind
        What it is about (``prepare``, ``open``, ``field``, ...).
    subject
        The situation or thing that it applies to; empty for always.
    value
        The thing, place, label or manner that it names.
    positive
        False for "never".
    """

    kind: str
    subject: str = ""
    value: str = ""
    positive: bool = True

    @property
    def topic(self) -> tuple[str, str]:
        """What two rules must share to contradict each other."""
        return (self.kind, self.subject)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an instruction.

    Attributes
    ----------
    text
        Without bullet or number.
    position
        Where it stands in the instruction, in [0, 1].
    """

    text: str
    position: float


@lru_cache(maxsize=2048)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Split an instruction into sentences; bullets, numbers and headings are taken off."""
    found: list[str] = []
    for line in text.splitlines():
        rest = _BULLET.sub("", line).strip()
        if not rest:
            continue
        held = ""
        for piece in _END.split(rest):
            held = f"{held} {piece}".strip() if held else piece.strip()
            if not _ABBREVIATION.search(held):
                found.append(held[:_MAX_SENTENCE])
                held = ""
        if held:
            found.append(held[:_MAX_SENTENCE])
    last = max(1, len(found) - 1)
    return tuple(Sentence(sentence, index / last) for index, sentence in enumerate(found))


def contradicts(one: Rule, other: Rule, *, exclusive: frozenset[str]) -> bool:
    """Return whether two rules cannot both be followed.

    Parameters
    ----------
    exclusive
        Kinds of which only one value can be followed per subject.
    """
    if one.topic != other.topic or one == other:
        return False
    if one.value == other.value:
        return one.positive != other.positive
    return one.kind in exclusive and one.positive and other.positive
