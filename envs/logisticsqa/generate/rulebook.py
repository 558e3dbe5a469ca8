"""The forwarder's rulebook: which number counts, and how it is written, under conditions that the document shows.

A seed draws 18 to 22 atomic rules. A rule is one outcome of one kind of situation, for some values of one axis
(language, service, or the issuer's part). No kind has an outcome that general knowledge prefers in every group: each
outcome of a kind holds in exactly one group of its axis, so that a reader who always does the same is right in one
group and wrong in the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from random import Random

from envs.logisticsqa.generate.lexicon import LANGUAGES

AXES: Mapping[str, tuple[str, ...]] = {
    "language": tuple(LANGUAGES),
    "service": ("road", "sea", "air", "customs"),
    "part": ("haulier", "broker", "terminal"),
}
"""What rules depend on, and its values."""

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "file": ("position", "customer", "shipment"),
    "place": ("header", "first line", "dearest line"),
    "several": ("first", "last", "smallest"),
    "dated": ("earlier", "later"),
    "halves": ("header half first", "line half first"),
    "separators": ("keep", "drop", "regroup"),
    "prefix": ("keep", "drop"),
    "suffix": ("keep", "drop"),
    "zeros": ("keep", "drop"),
    "branch": ("append", "ignore"),
}
"""Kinds of situations, and what may hold in each.

file: three file numbers and no transport reference. place: the header and each line have a number of their own under
one label. several: one label has a list. dated: one label has two numbers with dates. halves: one half stands in the
header, the other in the first line. separators: blanks, dots or hyphens between the digits. prefix: an office code
before a slash. suffix: a slash and a leg at the end. zeros: the number begins with zeros. branch: a branch letter
stands in a note of its own.
"""

SELECTING = ("file", "place", "several", "dated", "halves")
"""Kinds that say which number counts; a document has one of them at most. The others say how it is written."""

_ALWAYS = ("file", "place", "several", "separators")
_LEAST_SHARE = 0.25  # of the documents, for each group of languages that a two-outcome kind distinguishes


@dataclass(frozen=True, slots=True)
class Condition:
    """What a document shows that rules depend on."""

    language: str
    service: str
    part: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One atomic rule: in situations of a kind, for these values of an axis, this outcome holds."""

    kind: str
    axis: str
    values: tuple[str, ...]
    outcome: str

    @property
    def name(self) -> str:
        """What tables call it, such as ``suffix (tr, it): drop``."""
        return f"{self.kind} ({', '.join(self.values)}): {self.outcome}"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of a seed."""

    rules: tuple[Rule, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that it has, in the order of `OUTCOMES`."""
        return tuple(dict.fromkeys(rule.kind for rule in self.rules))

    def rule(self, kind: str, condition: Condition) -> Rule:
        """Return the rule that decides a situation of a kind in a document."""
        return next(one for one in self.rules if one.kind == kind and getattr(condition, one.axis) in one.values)

    def outcomes(self, kinds: Sequence[str], condition: Condition) -> dict[str, str]:
        """Return what holds in a document that has these situations."""
        return {kind: self.rule(kind, condition).outcome for kind in kinds}


@lru_cache(maxsize=16)
def rulebook(seed: int) -> Rulebook:
    """Draw the rulebook of a seed."""
    rng = Random(f"rulebook/{seed}")
    kinds = _kinds(rng)
    axes = _axes(kinds, rng)
    rules: list[Rule] = []
    for kind in kinds:
        outcomes = rng.sample(OUTCOMES[kind], len(OUTCOMES[kind]))
        groups = _groups(axes[kind], len(outcomes), rng=rng)
        rules += [Rule(kind, axes[kind], group, outcome) for group, outcome in zip(groups, outcomes, strict=True)]
    return Rulebook(tuple(rules))


def _kinds(rng: Random) -> list[str]:
    """Return the kinds of a seed: with both `dated` and `halves`, 48 documents could not show each rule three times."""
    out = {rng.choice(("dated", "halves"))}
    spare = [kind for kind in OUTCOMES if kind not in (*_ALWAYS, "dated", "halves")]
    out |= set(rng.sample(spare, rng.randint(0, 2)))
    return [kind for kind in OUTCOMES if kind not in out]


def _axes(kinds: Sequence[str], rng: Random) -> dict[str, str]:
    """Return an axis a kind: the language for half of those with three outcomes, and half of those with two."""
    axes: dict[str, str] = {}
    for size in (3, 2):
        alike = [kind for kind in kinds if len(OUTCOMES[kind]) == size]
        rng.shuffle(alike)
        half = (len(alike) + rng.randint(0, 1)) // 2
        others = ["service", "part"]
        rng.shuffle(others)
        for place, kind in enumerate(alike):
            axes[kind] = "language" if place < half else others[place % 2]
    return axes


def _groups(axis: str, count: int, *, rng: Random) -> list[tuple[str, ...]]:
    """Divide the values of an axis into groups, none of them much rarer than the others."""
    values = AXES[axis]
    if axis == "language" and count == 3:  # the rarest language joins another
        large = list(values[:3])
        host = rng.randrange(3)
        return [(one, values[3]) if place == host else (one,) for place, one in enumerate(large)]
    if axis == "language":
        total = sum(LANGUAGES.values())
        able = [
            some
            for size in (1, 2)
            for some in combinations(values, size)
            if _LEAST_SHARE <= sum(LANGUAGES[one] for one in some) / total <= 1 - _LEAST_SHARE
        ]
        some = rng.choice(able)
        return [some, tuple(one for one in values if one not in some)]
    order = rng.sample(values, len(values))
    groups = [order[place::count] for place in range(count)]
    return [tuple(one for one in values if one in group) for group in groups]
