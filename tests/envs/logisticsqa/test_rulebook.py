"""The rulebook: 18 to 22 rules, half of them by language, and no outcome that a seed or a habit prefers."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from envs.logisticsqa.generate import rulebook
from envs.logisticsqa.generate.english import instruction, sentence
from envs.logisticsqa.generate.rulebook import AXES, OUTCOMES, Condition

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_there_are_18_to_22_rules_and_half_of_them_depend_on_the_language(seed: int) -> None:
    rules = rulebook(seed).rules
    assert 18 <= len(rules) <= 22
    assert len({rule.name for rule in rules}) == len(rules)
    assert 0.4 <= sum(rule.axis == "language" for rule in rules) / len(rules) <= 0.6
    assert {rule.axis for rule in rules} == set(AXES)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_situation_is_decided_by_one_rule_and_each_outcome_holds_in_one_group(seed: int) -> None:
    book = rulebook(seed)
    for kind in book.kinds:
        own = [rule for rule in book.rules if rule.kind == kind]
        assert sorted(rule.outcome for rule in own) == sorted(OUTCOMES[kind])
        assert sorted(value for rule in own for value in rule.values) == sorted(AXES[own[0].axis])
        for condition in map(Condition, *zip(*product(*AXES.values()), strict=True)):
            assert book.rule(kind, condition) in own


def test_no_outcome_is_more_likely_than_another_for_any_value() -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    for seed in range(1500):
        for rule in rulebook(seed).rules:
            counts.update((rule.kind, value, rule.outcome) for value in rule.values)
    for kind, outcomes in OUTCOMES.items():
        for value in (value for values in AXES.values() for value in values):
            total = sum(counts[kind, value, outcome] for outcome in outcomes)
            for outcome in outcomes:
                expected = total / len(outcomes)
                assert abs(counts[kind, value, outcome] - expected) <= 4.5 * expected**0.5, (kind, value, outcome)


@pytest.mark.parametrize("seed", range(5))
def test_the_text_states_every_rule_and_no_other(seed: int) -> None:
    lines = [line.removeprefix("- ") for line in instruction(rulebook(seed)).splitlines() if line.startswith("- ")]
    assert sorted(lines) == sorted(sentence(rule) for rule in rulebook(seed).rules)


def test_seeds_have_rulebooks_of_their_own() -> None:
    assert len({rulebook(seed) for seed in range(30)}) == 30
    assert {len(rulebook(seed).rules) for seed in SEEDS} == {18, 20, 22}
