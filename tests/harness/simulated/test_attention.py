"""The model of attention: its shape, and that its chance is a function of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulated.attention import Mind, load_factor, recall, uniform
from harness.simulated.profiles import ASSUMED, PROFILES, profile_of

names = st.sampled_from(sorted(PROFILES))
lengths = st.integers(0, 200_000)
positions = st.floats(0, 1)


@given(names, positions, lengths, lengths)
def test_recall_never_rises_with_length(name: str, position: float, a: int, b: int) -> None:
    short, long = sorted((a, b))
    profile = PROFILES[name]
    assert recall(profile, position, tokens=long) <= recall(profile, position, tokens=short) + 1e-12


@pytest.mark.parametrize("name", sorted(ASSUMED))
def test_recall_is_lowest_in_the_middle_and_highest_at_the_beginning(name: str) -> None:
    profile = PROFILES[name]
    start, middle, end = (recall(profile, position, tokens=20_000) for position in (0.0, 0.5, 1.0))
    assert middle < end < start


@given(names, st.integers(1, 500), st.integers(1, 500))
def test_a_longer_instruction_is_followed_less_exactly(name: str, a: int, b: int) -> None:
    short, long = sorted((a, b))
    assert load_factor(PROFILES[name], long) <= load_factor(PROFILES[name], short) <= 1.0


@given(names, positions, lengths, st.integers(1, 500), st.text(), st.integers())
def test_perfect_recall_keeps_everything(
    name: str, position: float, tokens: int, count: int, item: str, seed: int
) -> None:
    assert Mind(profile_of(name, {"recall": 1.0}), seed, tokens=tokens).recalls(item, position, sentences=count)


def test_draws_are_spread_and_do_not_depend_on_the_process() -> None:
    draws = [uniform(seed, "item") for seed in range(2000)]
    assert 0.47 < sum(draws) / len(draws) < 0.53
    assert uniform(1, "a") != uniform(1, "b")
    assert uniform(0, "fixed") == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize("options", [{"recal": 1.0}, {"recall": "all"}, {"slip": True}])
def test_unknown_or_senseless_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="option"):
        profile_of("sim/small", options)


def test_unknown_models_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown simulated model"):
        profile_of("sim/huge")
