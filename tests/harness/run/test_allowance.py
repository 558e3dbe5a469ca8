"""Shares of a budget: allotted beforehand, counted in whole numbers, checked at step boundaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import Usage
from harness.core.errors import ConfigError
from harness.run.lab.allowance import Allowance


def steps(allowance: Allowance, size: int, most: int = 1000) -> int:
    """Make steps of so many rollouts until the allowance says no."""
    made = 0
    while made < most and allowance.another_step():
        allowance.count(Usage(), rollouts=size)
        made += 1
    return made


@pytest.mark.parametrize("match", ["steps", "chain"])
def test_steps_need_no_allowance(match: str) -> None:
    assert steps(Allowance(match), 10, most=50) == 50  # type: ignore[arg-type]


@given(amount=st.integers(1, 500), size=st.integers(1, 60))
def test_steps_end_within_the_amount_but_the_first_is_always_made(amount: int, size: int) -> None:
    assert steps(Allowance("rollouts", amount), size) == max(1, amount // size)


@given(amount=st.integers(1, 500), scopes=st.integers(1, 8), size=st.integers(1, 20))
def test_scopes_made_together_share_evenly(amount: int, scopes: int, size: int) -> None:
    whole = Allowance("rollouts", amount)
    children = [whole.child() for _ in range(scopes)]
    made = [steps(child, size) for child in children]
    assert len(set(made)) == 1, "who is asked first gets no more"
    assert sum(made) * size <= max(amount, scopes * size)


@given(st.permutations(range(4)))
def test_shares_do_not_depend_on_who_is_faster(order: list[int]) -> None:
    whole = Allowance("tokens", 1000)
    whole.count(Usage(prompt=90, completion=10))
    children = [whole.child() for _ in range(4)]
    for number in order:
        children[number].another_step()
        children[number].count(Usage(prompt=100 * number))
    assert [child.facts()["amount"] for child in children] == [225] * 4
    assert whole.facts()["used"] == 100 + 600


def test_a_later_group_gets_what_was_not_allotted() -> None:
    whole = Allowance("rollouts", 100)
    first = [whole.child() for _ in range(3)]
    assert first[0].facts()["amount"] == 33
    assert whole.child().facts()["amount"] == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.randoms())
def test_money_adds_up_in_any_order(prices: list[float], random: object) -> None:
    one, other = Allowance("cost", 1.0), Allowance("cost", 1.0)
    for price in prices:
        one.count(Usage(usd=price))
    random.shuffle(prices)  # type: ignore[attr-defined]
    for price in prices:
        other.count(Usage(usd=price))
    assert one.facts() == other.facts()


def test_money_needs_prices() -> None:
    with pytest.raises(ConfigError, match="price is unknown"):
        Allowance("cost", 1.0).count(Usage(usd=None))


def test_a_method_that_never_asks_is_found_out() -> None:
    allowance = Allowance("rollouts", 10)
    allowance.count(Usage(), rollouts=21)
    assert allowance.overdrawn()
    allowance.another_step()
    assert not allowance.overdrawn()
