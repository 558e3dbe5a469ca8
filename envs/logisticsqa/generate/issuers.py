"""The 62 issuers of a seed: each has one convention, one shape and one wording of its label."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from envs.logisticsqa.generate.lexicon import LABELS, SEPARATORS, shouted
from envs.logisticsqa.generate.quota import quota
from envs.logisticsqa.generate.shapes import SHAPES

ISSUERS: Mapping[str, int] = {"tr": 22, "en": 18, "es": 14, "it": 8}
"""How many issuers write in a language."""

DEALT = "A1 B1 C1 D1 B2 C2 A2 B3 C3 D2 B4 C4 D3 A3 B5 C5 D4 B6 C6 D5 C7".split()
"""The 21 conventions in the order in which issuers get them: any few in a row hold all four tiers."""

TIERS: Mapping[str, int] = {"A": 1, "B": 2, "C": 3, "D": 4}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who writes invoices, and how.

    Attributes
    ----------
    convention
        Where its invoices hold the reference: see `conventions`.
    shape
        The form of the references that it gets.
    family, label, separator
        What it calls the reference (`transport` or `file`), the wording, and what stands between label and value.
    capitals
        Whether it prints its labels in capitals without diacritics.
    in_notes
        Whether it prints what conventions leave open in notes, rather than in additional document references.
    """

    number: int
    language: str
    convention: str
    shape: str
    family: str
    label: str
    separator: str
    capitals: bool
    in_notes: bool

    @property
    def tier(self) -> int:
        """How hard its convention is, from 1 to 4."""
        return TIERS[self.convention[0]]

    def wording(self, label: str) -> str:
        """Return a label as this issuer prints it."""
        return shouted(label) if self.capitals else label

    def labelled(self, label: str, value: str) -> str:
        """Return a label and its value as this issuer writes them in free text."""
        return f"{self.wording(label)}{self.separator}{value}"


@lru_cache(maxsize=8)
def issuers(seed: int) -> tuple[Issuer, ...]:
    """Return the issuers of a seed."""
    rng = random.Random(f"issuers/{seed}")
    languages = [language for language, count in ISSUERS.items() for _ in range(count)]
    dealt = [DEALT[number % len(DEALT)] for number in range(len(languages))]
    conventions = [
        "C7" if (code, language) == ("C2", "tr") else code for code, language in zip(dealt, languages, strict=True)
    ]
    shapes = _shapes(conventions, rng)
    capitals = set(rng.sample(range(len(languages)), round(0.2 * len(languages))))
    return tuple(
        _issuer(number, language, code, shape, number in capitals, rng)
        for number, (language, code, shape) in enumerate(zip(languages, conventions, shapes, strict=True))
    )


def _shapes(conventions: list[str], rng: random.Random) -> list[str]:
    """Return a shape an issuer, in the shares of `SHAPES`; only bare digits can be printed with spaces (D4)."""
    shapes = [name for name, count in quota(len(conventions), SHAPES).items() for _ in range(count)]
    rng.shuffle(shapes)
    spare = [i for i, code in enumerate(conventions) if code != "D4" and shapes[i] in ("S3", "S5")]
    for place, code in enumerate(conventions):
        if code == "D4" and shapes[place] not in ("S3", "S5"):
            other = spare.pop()
            shapes[place], shapes[other] = shapes[other], shapes[place]
    return shapes


def _issuer(number: int, language: str, code: str, shape: str, capitals: bool, rng: random.Random) -> Issuer:
    tier = TIERS[code[0]]
    family = "transport" if tier == 1 else "file" if tier == 2 else rng.choice(("transport", "file"))
    hyphen = shape != "S4" and code != "D1" and not capitals  # else nobody could tell label from value
    separator = rng.choice([one for one in SEPARATORS if one != "-" or hyphen])
    label = rng.choice(LABELS[language][family])
    return Issuer(number, language, code, shape, family, label, separator, capitals, rng.random() < 0.5)
