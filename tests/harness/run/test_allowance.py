"""Shares of a budget: allotted beforehand, counted in whole numbers, forecast before each step."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import Usage
from harness.core.errors import ConfigError
from harness.core.lab import NOTHING, Work
from harness.run.lab.allowance import FIRST_GROWTH, GROWTH, Allowance, AmountTooSmall


def play(allowance: Allowance, rollouts: int, tokens: int = 0) -> None:
    """Take so many rollouts of so many tokens each."""
    taking = allowance.taking()
    taking.add(Usage(prompt=tokens), Usage(), rollouts=rollouts)
    allowance.rolled_out(taking)


def steps(allowance: Allowance, size: int, then: Work = NOTHING, most: int = 1000) -> int:
    """Make steps of so many rollouts until the allowance says no."""
    made = 0
    while made < most and allowance.another_step(size, then):
        play(allowance, size)
        made += 1
    return made


@pytest.mark.parametrize("match", ["steps", "chain"])
def test_steps_need_no_allowance(match: str) -> None:
    assert steps(Allowance(match), 10, most=50) == 50  # type: ignore[arg-type]


@given(amount=st.integers(1, 500), size=st.integers(1, 60), after=st.integers(0, 60))
def test_rollouts_end_exactly_where_the_work_after_the_steps_still_fits(amount: int, size: int, after: int) -> None:
    allowance = Allowance("rollouts", amount)
    if size + after > 1.02 * amount:
        with pytest.raises(AmountTooSmall, match=rf"set budget\.amount={size + after:g} or more"):
            allowance.another_step(size, Work(rollouts=after))
        assert allowance.used == 0, "nothing was played"
        return
    made = steps(allowance, size, Work(rollouts=after))
    assert made == max(1, (amount - after) // size)


@given(amount=st.integers(100, 500), scopes=st.integers(1, 8), size=st.integers(1, 12))
def test_scopes_made_together_share_evenly(amount: int, scopes: int, size: int) -> None:
    whole = Allowance("rollouts", amount)
    children = [whole.child() for _ in range(scopes)]
    made = [steps(child, size) for child in children]
    assert len(set(made)) == 1, "who is asked first gets no more"
    assert sum(made) * size <= amount


@given(st.permutations(range(4)))
def test_shares_do_not_depend_on_who_is_faster(order: list[int]) -> None:
    whole = Allowance("tokens", 1000)
    whole.called(Usage(prompt=90, completion=10))
    children = [whole.child() for _ in range(4)]
    for number in order:
        children[number].another_step()
        children[number].called(Usage(prompt=100 * number))
    assert [child.facts()["amount"] for child in children] == [225] * 4
    assert whole.facts()["used"] == 100 + 600


def test_a_share_has_a_weight_and_work_that_comes_after_has_none() -> None:
    whole = Allowance("rollouts", 100)
    small, large, merging = whole.child(1), whole.child(3), whole.child(0)
    small.another_step()
    assert [child.facts()["amount"] for child in (small, large)] == [25, 75]
    play(merging, 40)
    assert whole.facts()["used"] == 40
    assert not merging.overdrawn(), "what it may use is the whole scope's"


def test_a_later_group_gets_what_was_not_allotted() -> None:
    whole = Allowance("rollouts", 100)
    first = [whole.child() for _ in range(3)]
    assert first[0].facts()["amount"] == 33
    assert whole.child().facts()["amount"] == 1


def test_a_scope_counts_what_its_strands_took_as_part_of_its_step() -> None:
    whole = Allowance("rollouts", 10)
    assert whole.another_step()
    for strand in (whole.child(), whole.child()):
        play(strand, 3)
    assert not whole.another_step(), "another round of six does not fit"


def test_the_second_step_may_take_more_than_the_first_and_a_rise_may_repeat() -> None:
    allowance = Allowance("tokens", 1000)
    allowance.another_step()
    play(allowance, 1, 100)
    assert allowance.another_step()
    play(allowance, 1, 180)
    assert allowance.another_step(), "280 and 1.8 * 180"
    play(allowance, 1, 200)
    assert allowance.another_step(), f"480 and {GROWTH} * 200"
    play(allowance, 1, 300)
    assert not allowance.another_step(), "780 and 1.5 * 300"
    short = Allowance("tokens", 299)
    short.another_step()
    play(short, 1, 100)
    assert not short.another_step(), f"100 and {FIRST_GROWTH} * 100"


@pytest.mark.parametrize(("rollouts", "fits"), [(19, True), (20, False)])
def test_what_follows_the_steps_is_priced_as_what_was_seen(rollouts: int, fits: bool) -> None:
    """9,170 used, twice that for the second step, 1.25 * (19 * 100 + 70) after it: an evaluation is no part of that."""
    allowance = Allowance("tokens", 30_000)
    allowance.another_step(then=Work(rollouts, 1))
    taking = allowance.taking()
    taking.add(Usage(prompt=100), Usage(prompt=9_000))
    allowance.rolled_out(taking)
    allowance.called(Usage(prompt=70))
    assert allowance.another_step(then=Work(rollouts, 1)) is fits


def test_the_least_amount_that_is_named_is_enough() -> None:
    def train(amount: float) -> None:
        whole = Allowance("tokens", amount)
        strands = [whole.child(), whole.child()]
        for strand, tokens in zip(strands, (70, 90), strict=True):
            while strand.another_step(then=Work(rollouts=5)):
                play(strand, 5, tokens)
            play(strand, 5, tokens)
        whole.check_total()

    with pytest.raises(AmountTooSmall) as refused:
        train(1000)
    least = re.search(r"set budget.amount=(\S+) or more", str(refused.value))
    assert least
    train(float(least[1]))


def test_a_training_that_took_more_than_two_per_cent_beyond_is_refused() -> None:
    within, beyond = Allowance("tokens", 1000), Allowance("tokens", 1000)
    play(within, 1, 1020)
    within.check_total()
    play(beyond, 1, 1021)
    with pytest.raises(AmountTooSmall, match=r"set budget\.amount=1030 or more"):
        beyond.check_total()


def test_a_step_that_takes_nothing_is_the_last() -> None:
    allowance = Allowance("tokens", 1000)
    assert steps(allowance, 0, most=50) == 1, "a method without work would never end"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.randoms())
def test_money_adds_up_in_any_order(prices: list[float], random: object) -> None:
    one, other = Allowance("cost", 1.0), Allowance("cost", 1.0)
    for price in prices:
        one.called(Usage(usd=price))
    random.shuffle(prices)  # type: ignore[attr-defined]
    for price in prices:
        other.called(Usage(usd=price))
    assert one.facts() == other.facts()


def test_money_needs_prices() -> None:
    with pytest.raises(ConfigError, match="price is unknown"):
        Allowance("cost", 1.0).called(Usage(usd=None))


def test_a_method_that_never_asks_is_found_out() -> None:
    allowance = Allowance("rollouts", 10)
    play(allowance, 21)
    assert allowance.overdrawn()
    asked = Allowance("rollouts", 10)
    asked.another_step()
    play(asked, 21)
    assert not asked.overdrawn()
