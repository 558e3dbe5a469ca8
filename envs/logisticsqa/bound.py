"""How well anybody can do on generated documents: computed from the rulebook, and run for three shortcuts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from rich.table import Table

from envs.logisticsqa import generate
from envs.logisticsqa.answer import exact
from envs.logisticsqa.generate.design import shown
from envs.logisticsqa.generate.plan import cells
from envs.logisticsqa.generate.rulebook import OUTCOMES
from envs.logisticsqa.shortcuts import SHORTCUTS

SUBSETS = 8
"""The paper's number of subsets."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of a seed before any model reads its documents; scores in [0, 1] over the test documents.

    Attributes
    ----------
    rules, by_language
        How many atomic rules there are, and how many of them depend on the language.
    untrained
        Expected score of the best reader that knows the rulebook's kinds and outcomes, but not which holds.
    informed
        Expected score of a reader that has the whole rulebook.
    shortcuts
        Scores of `SHORTCUTS`.
    shown
        Rule to the number of training documents that need it.
    spread
        Share of rules that a random division of the training documents shows in at least two subsets, on average.
    """

    rules: int
    by_language: int
    untrained: float
    informed: float
    shortcuts: Mapping[str, float]
    shown: Mapping[str, int]
    spread: float


def bound(seed: int, size: generate.Size = "full") -> Bound:
    """Compute the bound of a seed over the documents of one cycle (48 for training, 219 for tests)."""
    rules = generate.rulebook(seed).rules
    tests = [generate.plan(seed, "test", index=index) for index in range(generate.CYCLE["test"])]
    counts = shown(generate.rulebook(seed), [situation for _, situation in cells(seed, "train")])
    texts = [generate.show(one, size) for one in tests]
    return Bound(
        rules=len(rules),
        by_language=sum(rule.axis == "language" for rule in rules),
        untrained=_mean([chance(one) for one in tests]),
        informed=_mean([_undecided(one) for one in tests]),
        shortcuts={
            name: _mean([exact(read(text), one.reference) for one, text in zip(tests, texts, strict=True)])
            for name, read in SHORTCUTS.items()
        },
        shown=counts,
        spread=_mean([1 - _together(count) for count in counts.values()]),
    )


def chance(plan: generate.Plan) -> Fraction:
    """Return the chance of the best guess, all outcomes of the document's kinds being equally likely."""
    kinds = plan.situation.kinds
    answers = [
        plan.answer(dict(zip(kinds, outcomes, strict=True)))
        for outcomes in product(*(OUTCOMES[kind] for kind in kinds))
    ]
    return _undecided(plan) * Fraction(max(Counter(answers).values()), len(answers))


def bound_table(found: Mapping[int, Bound]) -> Table:
    """Return the bounds of seeds as a table."""
    table = Table(title="What readers can score (%), and what training shows", title_justify="left")
    names = ("seed", "rules", "by language", "untrained", "with the rulebook", *SHORTCUTS, "shown by", "in 2 subsets")
    for name in names:
        table.add_column(name, justify="right")
    for seed, one in found.items():
        counts = sorted(one.shown.values())
        scores = (one.untrained, one.informed, *one.shortcuts.values())
        spread = f"{100 * one.spread:.1f} %"
        row = (str(seed), str(one.rules), str(one.by_language), *(f"{100 * score:.1f}" for score in scores))
        table.add_row(*row, f"{counts[0]} to {counts[-1]}", spread)
    return table


def _undecided(plan: generate.Plan) -> Fraction:
    return Fraction(1, 2) if plan.situation.irreducible else Fraction(1)


def _together(count: int) -> Fraction:
    """Return the probability that all of these training documents fall into one subset."""
    total = generate.CYCLE["train"]
    result = Fraction(1)
    for place in range(1, count):
        result *= Fraction(max(0, total // SUBSETS - place), total - place)
    return result


def _mean(values: Sequence[Fraction | bool]) -> float:
    return float(sum(values, Fraction(0)) / len(values))
