"""The bound: what anybody can score on generated documents, computed for ten seeds and reached by a recorded reader."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import lru_cache
from math import prod

import pytest

from envs.logisticsqa.bound import Bound, bound, chance
from envs.logisticsqa.data import data_command
from envs.logisticsqa.environment import LogisticsQA
from envs.logisticsqa.generate import plan, rulebook, show
from envs.logisticsqa.generate.rulebook import OUTCOMES

from .reader import Seen, answer, see
from .test_environment import Scripted

SEEDS = range(10)


@lru_cache(maxsize=16)
def computed(seed: int) -> Bound:
    return bound(seed, "short")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_untrained_reader_scores_a_third_and_the_rulebook_gives_the_rest(seed: int) -> None:
    found = computed(seed)
    assert found.untrained == pytest.approx(0.36, abs=0.03)
    assert found.informed >= 0.93


@pytest.mark.parametrize("seed", SEEDS)
def test_no_shortcut_scores_more_than_45_percent(seed: int) -> None:
    shortcuts = computed(seed).shortcuts
    assert set(shortcuts) == {"labels by lexicon", "shape", "first number"}
    assert max(shortcuts.values()) <= 0.45
    assert shortcuts["labels by lexicon"] >= 0.2  # it does read: documents that need no rule are open to it


@pytest.mark.parametrize("seed", SEEDS)
def test_training_shows_every_rule_three_times_and_in_two_subsets(seed: int) -> None:
    found = computed(seed)
    assert min(found.shown.values()) >= 3
    assert sum(3 <= count <= 5 for count in found.shown.values()) > len(found.shown) / 2
    assert found.spread >= 0.8


@pytest.mark.parametrize("seed", [0, 7])
def test_all_outcomes_of_a_document_give_other_answers(seed: int) -> None:
    for index in range(120):
        one = plan(seed, "test", index=index)
        expected = prod(len(OUTCOMES[kind]) for kind in one.situation.kinds) * (2 if one.situation.irreducible else 1)
        assert 1 / chance(one) == expected


def score(reader: Callable[[Seen], str], seed: int, size: str) -> float:
    """Play the test split through the environment's rollout with a reader's answers."""
    environment = LogisticsQA(data_seed=seed, size=size)  # type: ignore[arg-type]
    agent = Scripted(
        lambda text: f"Reference: {reader(see(text.partition('<document>')[2].partition('</document>')[0].strip()))}"
    )

    async def play() -> list[float]:
        modules = environment.initial_modules()
        return [(await environment.rollout(modules, task, agent)).score for task in environment.tasks("test")]

    scores = asyncio.run(play())
    return sum(scores) / len(scores)


@pytest.mark.parametrize(("seed", "size"), [(0, "full"), (1, "short"), (2, "short")])
def test_a_perfect_reader_scores_what_the_bound_says_with_and_without_the_rulebook(seed: int, size: str) -> None:
    book = rulebook(seed)
    informed = score(lambda seen: answer(seen, book.outcomes(seen.kinds, seen.condition)), seed, size)
    assert informed == pytest.approx(computed(seed).informed, abs=0.03)
    assert informed >= 0.93
    rng = random.Random(seed)
    guesses = [
        score(lambda seen: answer(seen, {kind: rng.choice(OUTCOMES[kind]) for kind in seen.kinds}), seed, "short")
        for _ in range(3)
    ]
    assert sum(guesses) / 3 == pytest.approx(computed(seed).untrained, abs=0.06)


def test_the_statistics_print_the_bound(capsys: pytest.CaptureFixture[str]) -> None:
    assert data_command(["--stats", "--count", "20", "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert f"{100 * computed(3).untrained:.1f}" in said
    assert "with the rulebook" in said


def test_the_reader_sees_in_the_text_what_the_plan_says() -> None:
    for index in range(100):
        one = plan(4, "test", index=index)
        for size in ("full", "short"):
            seen = see(show(one, size))  # type: ignore[arg-type]
            assert seen.condition == one.condition
            assert set(seen.kinds) == set(one.situation.kinds)
