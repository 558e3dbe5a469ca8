"""Which issuer writes the document at an index of a split, in which situation, and which numbers stand in it.

A document depends on (seed, split, index) alone, so that any one can be made without the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from envs.logisticsqa.generate.design import Situation, situations
from envs.logisticsqa.generate.issuers import Issuer, issuers
from envs.logisticsqa.generate.lexicon import FILES
from envs.logisticsqa.generate.numbers import BRANCHES, OFFICES, Number, Print, halves
from envs.logisticsqa.generate.rulebook import SELECTING, Condition, Rule, rulebook

CYCLE = {"train": 48, "test": 219}
"""Documents after which the quotas of a split start anew: the paper's sizes."""

UNSEEN = 0.15
"""Share of test documents of issuers that training lacks."""

_DRAWN = 5  # numbers of the forwarder's form: one for the header and each of four lines


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document is about.

    Attributes
    ----------
    situation
        Its condition and its kinds.
    print
        How it prints numbers.
    candidates
        The numbers that the truth may come from, by the outcome that takes them; under the empty name where only one
        does. ``other`` names are in the document too, and no outcome takes them.
    """

    seed: int
    split: str
    index: int
    issuer: Issuer
    situation: Situation
    print: Print
    candidates: Mapping[str, Number]

    @property
    def condition(self) -> Condition:
        """What rules depend on."""
        return self.situation.condition

    @property
    def selecting(self) -> str:
        """The kind that says which number counts, or nothing."""
        return next((kind for kind in self.situation.kinds if kind in SELECTING), "")

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that decide it."""
        book = rulebook(self.seed)
        return tuple(book.rule(kind, self.condition) for kind in self.situation.kinds)

    @property
    def reference(self) -> str:
        """The truth."""
        return self.answer({rule.kind: rule.outcome for rule in self.rules})

    @property
    def issued(self) -> date:
        """The date of the invoice."""
        return date(2026, 3, 2) + timedelta(days=self.rng("issued").randint(0, 240))

    def answer(self, outcomes: Mapping[str, str]) -> str:
        """Return what is right if these outcomes hold."""
        kind = self.selecting
        if kind == "halves":
            parts = halves(self.candidates[""])
            whole = parts if outcomes[kind] == "header half first" else parts[::-1]
            return self.print.written(Number("".join(whole)), outcomes)
        return self.print.written(self.candidates[outcomes[kind] if kind else ""], outcomes)

    def rng(self, name: str) -> Random:
        """Return a generator of this document's own."""
        return Random(f"{name}/{self.seed}/{self.split}/{self.index}")


def plan(seed: int, split: str, *, index: int) -> Plan:
    """Return the plan of the document at an index of a split."""
    cycle = cells(seed, split)
    issuer, situation = cycle[index % len(cycle)]
    rng = Random(f"values/{seed}/{split}/{index}")
    how = _print(issuer, situation, rng=rng)
    return Plan(
        seed,
        split,
        index=index,
        issuer=issuer,
        situation=situation,
        print=how,
        candidates=_candidates(situation, how, rng=rng),
    )


@lru_cache(maxsize=16)
def cells(seed: int, split: str) -> tuple[tuple[Issuer, Situation], ...]:
    """Return the cycle of a split: an issuer and a situation a document."""
    rng = Random(f"cells/{split}/{seed}")
    found = situations(rulebook(seed), CYCLE[split], rng=rng)
    unseen = set(rng.sample(range(len(found)), round(UNSEEN * len(found)))) if split == "test" else set()
    cells = []
    for place, situation in enumerate(found):
        language, part = situation.condition.language, situation.condition.part
        pool = [one for one in issuers(seed) if (one.language, one.part) == (language, part)]
        cells.append((rng.choice([one for one in pool if one.new == (place in unseen)]), situation))
    return tuple(cells)


def _print(issuer: Issuer, situation: Situation, *, rng: Random) -> Print:
    kinds = situation.kinds
    return Print(
        shape=issuer.shape,
        separated="separators" in kinds,
        prefix=rng.choice(OFFICES) if "prefix" in kinds else "",
        legs="suffix" in kinds,
        zeros="zeros" in kinds,
        branch=rng.choice(BRANCHES) if "branch" in kinds else "",
    )


def _candidates(situation: Situation, how: Print, *, rng: Random) -> dict[str, Number]:
    """Draw numbers whose digits differ, and name them by the outcome that takes each."""
    drawn: dict[str, Number] = {}
    while len(drawn) < _DRAWN:
        number = how.draw(rng)
        if len(set(halves(number))) > 1:
            drawn[number.digits] = number
    numbers = list(drawn.values())
    kinds = situation.kinds
    if situation.irreducible:
        return {"": numbers[0], "other": numbers[1]}
    if "file" in kinds:
        return dict(zip(FILES, numbers, strict=False))
    if "place" in kinds:
        return dict(zip(("header", "first line", "dearest line", "other", "another"), numbers, strict=True))
    if "several" in kinds:
        smallest = min(numbers, key=lambda one: one.digits)
        first, last, other, _ = (one for one in numbers if one != smallest)
        return {"first": first, "last": last, "smallest": smallest, "other": other}
    if "dated" in kinds:
        return dict(zip(("earlier", "later"), numbers, strict=False))
    return {"": numbers[0]}
