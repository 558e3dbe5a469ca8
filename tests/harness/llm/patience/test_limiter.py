"""Adaptive concurrency: the logic without time, and the gate without sleeping."""

import asyncio
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.llm.backbone import ModelSpec
from harness.llm.patience.gate import Gate, Gates
from harness.llm.patience.limiter import START, Limiter


class RateLimitError(Exception):
    def __init__(self, after: str | None = None) -> None:
        super().__init__("slow down")
        self.status_code = 429
        self.litellm_response_headers = {} if after is None else {"Retry-After": after}


def rounds(limiter: Limiter, capacity: int, number: int, now: float = 0.0) -> list[int]:
    """Play rounds in which as many calls run as may, against a provider that takes `capacity` at once."""
    taken = []
    for step in range(number):
        started = now + step
        allowed = int(limiter.limit)
        for _ in range(allowed):
            limiter.start()
        for call in range(allowed):
            if call < capacity:
                limiter.succeeded(wanted=True)
            else:
                limiter.limited(started, started + 0.5, retry_after=None)
        for _ in range(allowed):
            limiter.end()
        taken.append(min(allowed, capacity))
    return taken


def test_it_starts_low_and_doubles_to_the_ceiling():
    limiter = Limiter(ceiling=200)
    assert rounds(limiter, 1000, 6) == [8, 16, 32, 64, 128, 200]
    assert Limiter(ceiling=4).limit == 4
    assert START == 8


@settings(deadline=None, max_examples=30)
@given(capacity=st.integers(1, 300), ceiling=st.integers(1, 400))
def test_it_settles_around_what_the_provider_takes_and_never_far_below(capacity: int, ceiling: int):
    limiter = Limiter(ceiling=ceiling)
    real = min(capacity, ceiling)
    taken = rounds(limiter, capacity, 60 + 2 * real)[-max(20, real) :]
    assert sum(taken) / len(taken) >= 0.7 * real
    assert max(taken) == real, "no plateau below the real limit"


def test_it_shrinks_once_a_window():
    limiter = Limiter(ceiling=100, limit=40)
    for _ in range(40):
        limiter.start()
    for _ in range(20):
        limiter.limited(started=0.0, now=1.0, retry_after=None)
    assert limiter.limit == 30
    limiter.limited(started=2.0, now=3.0, retry_after=None)
    assert limiter.limit == 22.5


def test_successes_that_nobody_waits_behind_are_no_reason_to_grow():
    limiter = Limiter(ceiling=100)
    limiter.start()
    limiter.succeeded(wanted=False)
    assert limiter.limit == START


def test_a_retry_after_holds_for_all():
    limiter = Limiter(ceiling=10)
    limiter.limited(started=0.0, now=1.0, retry_after=5.0)
    limiter.limited(started=0.0, now=2.0, retry_after=1.0)
    assert limiter.wait(2.0) == 4.0
    assert limiter.wait(6.0) == 0.0
    limiter.running = 100
    assert limiter.wait(6.0) == inf


async def test_turns_come_in_order_and_a_cancelled_one_is_not_lost():
    gate = Gate(Limiter(ceiling=1), longest=10)
    order: list[int] = []

    async def one(number: int) -> None:
        async with gate.turn():
            order.append(number)
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(one(number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [0, 1, 3, 4]
    assert gate.limiter.running == 0


async def test_a_turn_cancelled_as_it_is_given_goes_to_the_next():
    gate = Gate(Limiter(ceiling=1), longest=10)
    holding = asyncio.Event()

    async def hold() -> None:
        async with gate.turn():
            await holding.wait()

    async def take() -> str:
        async with gate.turn():
            return "taken"

    first = asyncio.create_task(hold())
    await asyncio.sleep(0)
    second, third = asyncio.create_task(take()), asyncio.create_task(take())
    await asyncio.sleep(0)
    holding.set()
    await first
    second.cancel()
    assert (await asyncio.gather(second, third, return_exceptions=True))[1] == "taken"
    assert gate.limiter.running == 0


async def test_a_429_shrinks_and_blocks_and_other_errors_do_not():
    now = [0.0]
    gate = Gate(Limiter(ceiling=50, limit=20), longest=10, now=lambda: now[0])
    with pytest.raises(ConnectionError):
        async with gate.turn():
            raise ConnectionError
    assert gate.limiter.limit == 20
    with pytest.raises(RateLimitError):
        async with gate.turn():
            raise RateLimitError("3600")
    assert gate.limiter.limit == 1
    assert gate.limiter.blocked_until == 10, "no longer than retries.longest"

    async def take() -> None:
        async with gate.turn():
            pass

    blocked = asyncio.create_task(take())
    await asyncio.sleep(0)
    assert not blocked.done()
    now[0] = 10.0
    await take()  # who comes now finds the gate open, and lets in who waits
    await blocked


def test_models_of_one_endpoint_share_a_gate():
    gates = Gates()
    one = ModelSpec(id="openai/gpt-4o", concurrency=10)
    assert gates.of(one) is gates.of(ModelSpec(id="openai/gpt-4o-mini", concurrency=20))
    assert gates.of(one).limiter.ceiling == 20
    assert gates.of(one) is not gates.of(ModelSpec(id="openai/gpt-4o", api_base="http://localhost:1/v1"))
    assert gates.of(ModelSpec(id="sim/small", concurrency=32)).limiter.limit == 32


async def test_an_error_that_cannot_be_read_keeps_no_turn():
    gate = Gate(Limiter(ceiling=1), longest=10)
    for date in ("Mon, 01 Jan 2024 00:00:00 +99999999999999", "no date", "Mon, 01 Jan 0001 00:00:00 +2359"):
        with pytest.raises(RateLimitError):
            async with gate.turn():
                raise RateLimitError(date)
    assert gate.limiter.running == 0
