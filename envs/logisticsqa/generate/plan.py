"""Which issuer writes the document at an index of a split, and which numbers stand in it.

A split is a cycle of cells that is filled by quota: languages, tiers, unseen issuers, same-shape decoys. The document
at an index depends on (seed, split, index) alone, so that any one can be made without the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

from envs.logisticsqa.generate.conventions import CONVENTIONS, REPEATABLE
from envs.logisticsqa.generate.issuers import TIERS, Issuer, issuers
from envs.logisticsqa.generate.lexicon import LANGUAGES
from envs.logisticsqa.generate.quota import quota, spread
from envs.logisticsqa.generate.shapes import reference

CYCLE = {"train": 48, "test": 219}
"""Documents after which the quotas of a split start anew: the paper's sizes."""

TIER_SHARES = {1: 0.28, 2: 0.32, 3: 0.20, 4: 0.20}
"""Shares of documents by tier."""

UNSEEN, RIVALS, TWINS = 0.15, 0.40, 0.05
"""Shares: test documents of issuers that training lacks; documents with a second number of the same shape that belongs
to something else; documents with two numbers that nothing tells apart."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a split's cycle."""

    issuer: Issuer
    rival: bool
    twin: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document is about.

    Attributes
    ----------
    reference
        The truth.
    rival
        A number of the same shape that is labelled as something else; empty for none.
    twin
        A number in the same place with the same label; empty for none. Such a document is irreducible.
    seen
        Whether the training split has documents of this issuer.
    """

    seed: int
    split: str
    index: int
    issuer: Issuer
    reference: str
    rival: str
    twin: str
    seen: bool

    def rng(self, name: str) -> Random:
        """Return a generator of this document's own."""
        return Random(f"{name}/{self.seed}/{self.split}/{self.index}")


def plan(seed: int, split: str, index: int) -> Plan:
    """Return the plan of the document at an index of a split."""
    cycle = cells(seed, split)
    cell = cycle[index % len(cycle)]
    rng = Random(f"values/{seed}/{split}/{index}")
    truth, rival, twin = _distinct(cell.issuer.shape, rng)
    seen = cell.issuer.number in {one.issuer.number for one in cells(seed, "train")}
    return Plan(seed, split, index, cell.issuer, truth, rival if cell.rival else "", twin if cell.twin else "", seen)


def _distinct(shape: str, rng: Random) -> tuple[str, str, str]:
    values: list[str] = []
    while len(values) < 3:
        value = reference(shape, rng)
        if value not in values:
            values.append(value)
    return values[0], values[1], values[2]


@lru_cache(maxsize=16)
def cells(seed: int, split: str) -> tuple[Cell, ...]:
    """Return the cycle of a split."""
    rng = Random(f"cells/{split}/{seed}")
    writers = _train_issuers(seed, rng) if split == "train" else _test_issuers(seed, rng)
    total = len(writers)
    rivals = set(rng.sample(range(total), round(RIVALS * total)))
    repeatable = [place for place, issuer in enumerate(writers) if issuer.convention in REPEATABLE]
    twins = set(rng.sample(repeatable, round(TWINS * total)))
    return tuple(Cell(issuer, place in rivals, place in twins) for place, issuer in enumerate(writers))


def _train_issuers(seed: int, rng: Random) -> list[Issuer]:
    """Return the issuers of the training cycle: each convention, each tier of a language, then by the shares."""
    languages = quota(CYCLE["train"], LANGUAGES)
    tiers = quota(CYCLE["train"], TIER_SHARES)
    pool = list(issuers(seed))
    rng.shuffle(pool)
    chosen: list[Issuer] = []

    def take(issuer: Issuer) -> None:
        chosen.append(issuer)
        languages[issuer.language] -= 1
        tiers[issuer.tier] -= 1

    for language, tier in product(LANGUAGES, TIERS.values()):
        able = [one for one in pool if (one.language, one.tier) == (language, tier)]
        used = {one.convention for one in chosen}
        take(next((one for one in able if one.convention not in used), able[0]))
    for code in CONVENTIONS:
        if all(one.convention != code for one in chosen):
            able = [one for one in pool if one.convention == code and languages[one.language] > 0]
            take(max(able, key=lambda one: languages[one.language] / LANGUAGES[one.language]))
    rest = [tier for tier, count in tiers.items() for _ in range(count)]
    rng.shuffle(rest)
    for language, tier in zip([name for name, n in languages.items() for _ in range(n)], rest, strict=True):
        take(rng.choice([one for one in pool if (one.language, one.tier) == (language, tier)]))
    return _in_even_order(chosen, rng)


def _test_issuers(seed: int, rng: Random) -> list[Issuer]:
    """Return the issuers of the test cycle: by the shares of languages and tiers, some of them unseen in training."""
    seen = {cell.issuer.number for cell in cells(seed, "train")}
    pools: dict[tuple[bool, str, int], list[Issuer]] = defaultdict(list)
    for issuer in issuers(seed):
        pools[issuer.number in seen, issuer.language, issuer.tier].append(issuer)
    total = CYCLE["test"]
    tiers = [tier for tier, count in quota(total, TIER_SHARES).items() for _ in range(count)]
    rng.shuffle(tiers)
    wanted = list(zip([name for name, n in quota(total, LANGUAGES).items() for _ in range(n)], tiers, strict=True))
    able = [place for place, (language, tier) in enumerate(wanted) if pools[False, language, tier]]
    unseen = set(rng.sample(able, round(UNSEEN * total)))
    return _in_even_order([rng.choice(pools[place not in unseen, *cell]) for place, cell in enumerate(wanted)], rng)


def _in_even_order(writers: list[Issuer], rng: Random) -> list[Issuer]:
    """Return issuers so ordered that any beginning has nearly the shares of languages, at random within a language."""
    rng.shuffle(writers)
    queues = {language: iter([one for one in writers if one.language == language]) for language in LANGUAGES}
    counts = {language: sum(one.language == language for one in writers) for language in LANGUAGES}
    return [next(queues[language]) for language in spread(counts)]
