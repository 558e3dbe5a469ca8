"""What a run may spend: reserved before a call is sent, at its largest price."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.domain import Usage
from harness.core.messages import Call, Message
from harness.llm.backbone import ModelSpec, Price
from harness.llm.purse import LimitReached, Purse

SPEC = ModelSpec(id="openai/mine", price=Price(prompt=10, completion=20), max_tokens=1000)
CALL = Call((Message("user", "word " * 100),), (), None, None)


def words(spec: ModelSpec, text: str) -> int:
    return len(text.split())


LARGEST = 108 * 10e-6 + 1000 * 20e-6
"""Of `CALL`, with what surrounds a message."""


def spend(purse: Purse, usages: list[Usage]) -> list[Usage]:
    """Make calls at once that take so much; return what those took that were sent."""
    sent: list[Usage] = []

    async def call(number: int, usage: Usage) -> None:
        async with purse.reserving(SPEC, CALL) as landed:
            sent.append(usage)
            for _ in range(number % 5):  # some are slower than others
                await asyncio.sleep(0)
            landed(usage)

    async def all_calls() -> None:
        await asyncio.gather(*(call(n, usage) for n, usage in enumerate(usages)), return_exceptions=True)

    asyncio.run(all_calls())
    return sent


@settings(max_examples=50, deadline=None)  # of seconds on a busy machine
@given(
    limit=st.floats(0.001, 0.5),
    completions=st.lists(st.integers(0, 1000), min_size=1, max_size=80),
    earlier=st.floats(0, 0.3),
)
def test_money_exceeds_its_limit_by_at_most_one_call_whatever_is_under_way(
    limit: float, completions: list[int], earlier: float
) -> None:
    purse = Purse(limit, None, count=words)
    purse.spend([("openai/mine", Usage(usd=earlier))])
    usages = [Usage(1, 108, cached=0, completion=n, reasoning=0, usd=108 * 10e-6 + n * 20e-6) for n in completions]
    sent = spend(purse, usages)
    total = earlier + sum(usage.usd or 0 for usage in sent)
    assert total <= max(earlier, limit + LARGEST)
    assert len(sent) == len(usages) or total >= limit - 1e-9, "nothing is refused while there is money left"
    if earlier >= limit:
        assert not sent, "a start at the limit pays nothing"


def test_tokens_are_limited_alike_and_the_message_says_what_was_spent() -> None:
    purse = Purse(None, 1000, count=words)
    sent = spend(purse, [Usage(1, 100, cached=0, completion=300)] * 9)
    assert len(sent) == 3

    async def one_more() -> None:
        async with purse.reserving(SPEC, CALL):
            pass

    with pytest.raises(LimitReached, match=r"budget\.tokens=1000 is used up \(1,200 tokens\)"):
        asyncio.run(one_more())


def test_an_unbilled_refusal_costs_nothing_and_an_unknown_price_its_largest() -> None:
    purse = Purse(1.0, None, count=words)
    spend(purse, [Usage(calls=1, usd=None)] * 500)
    assert len(spend(purse, [Usage(1, 108, cached=0, completion=50, reasoning=0, usd=None)] * 500)) == -int(
        -1.0 // LARGEST
    )


def test_a_model_without_a_price_is_named_before_it_is_asked() -> None:
    purse = Purse(1.0, None, count=words)

    async def ask() -> None:
        async with purse.reserving(ModelSpec(id="openai/nobody-knows"), CALL):
            pytest.fail("the call was sent")

    with pytest.raises(LimitReached, match=r"the price of openai/nobody-knows is unknown; set backbone\.<role>\.price"):
        asyncio.run(ask())


def test_a_completion_without_a_bound_is_taken_to_be_twice_the_longest() -> None:
    spec = SPEC.model_copy(update={"max_tokens": None})
    purse = Purse(None, 100_000, count=words)
    purse.spend([("openai/mine", Usage(completion=30_000))])

    async def two_at_once() -> int:
        most = under_way = 0

        async def call() -> None:
            nonlocal most, under_way
            async with purse.reserving(spec, CALL) as landed:
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0)
                under_way -= 1
                landed(Usage(prompt=1))

        await asyncio.gather(*(call() for _ in range(4)))
        return most

    assert asyncio.run(two_at_once()) == 2, "30,000 spent, 60,108 under way: room for one more, then wait"
