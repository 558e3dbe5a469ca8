"""The 62 issuers of a seed: each has a language, a part in the trade, a shape of numbers and wordings of its own."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from envs.logisticsqa.generate.lexicon import FILES, LABELS, SEPARATORS, shouted
from envs.logisticsqa.generate.numbers import GROUPINGS
from envs.logisticsqa.generate.rulebook import AXES

ISSUERS: Mapping[str, int] = {"tr": 22, "en": 18, "es": 14, "it": 8}
"""How many issuers write in a language."""

MEDIA = ("note", "document", "description")
"""Where an issuer prints references of the header: in notes, or in additional document references whose type, or
whose description, is the label."""

_CAPITALS = 0.2


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who writes invoices, and how.

    Attributes
    ----------
    part
        haulier, broker or terminal.
    shape, medium, separator
        Of its numbers (`numbers.GROUPINGS`), where it prints them (`MEDIA`), and what stands between label and value.
    labels
        Its wording for each family that the truth may stand under.
    capitals
        Whether it prints its labels in capitals without diacritics.
    new
        Whether training has no document of it.
    """

    number: int
    language: str
    part: str
    shape: str
    medium: str
    separator: str
    labels: Mapping[str, str]
    capitals: bool
    new: bool

    def wording(self, label: str) -> str:
        """Return a label as this issuer prints it."""
        return shouted(label) if self.capitals else label

    def labelled(self, label: str, value: str) -> str:
        """Return a label and its value as this issuer writes them in free text."""
        return f"{self.wording(label)}{self.separator}{value}"


@lru_cache(maxsize=8)
def issuers(seed: int) -> tuple[Issuer, ...]:
    """Return the issuers of a seed; the last of each language and part are new in the test split."""
    rng = random.Random(f"issuers/{seed}")
    parts, found = AXES["part"], list[Issuer]()
    for language, count in ISSUERS.items():
        for place in range(count):
            new = place >= count - len(parts)
            found.append(_issuer(len(found), language, part=parts[place % len(parts)], new=new, rng=rng))
    return tuple(found)


def _issuer(number: int, language: str, *, part: str, new: bool, rng: random.Random) -> Issuer:
    return Issuer(
        number=number,
        language=language,
        part=part,
        shape=rng.choice(list(GROUPINGS)),
        medium=rng.choice(MEDIA),
        separator=rng.choice(SEPARATORS),
        labels={family: rng.choice(LABELS[language][family]) for family in ("transport", *FILES)},
        capitals=rng.random() < _CAPITALS,
        new=new,
    )
