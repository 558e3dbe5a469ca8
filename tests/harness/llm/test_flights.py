"""Single flight: once for all who want it, and to its end."""

from __future__ import annotations

import asyncio

import pytest

from harness.llm.flights import Flights


async def test_cancelling_one_waiter_touches_neither_the_work_nor_the_others() -> None:
    flights: Flights[str] = Flights()
    begun, go, starts = asyncio.Event(), asyncio.Event(), 0

    async def work() -> str:
        nonlocal starts
        starts += 1
        begun.set()
        await go.wait()
        return "done"

    first, second = (asyncio.create_task(flights.once("key", work)) for _ in range(2))
    await begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert "key" in flights
    go.set()
    assert await second == "done"
    assert starts == 1
    assert "key" not in flights
    assert await flights.once("key", work) == "done", "what has ended is done anew"
    assert starts == 2


async def test_what_the_work_raises_reaches_all_who_wait_and_nobody_else() -> None:
    flights: Flights[str] = Flights()

    async def work() -> str:
        await asyncio.sleep(0)
        raise ValueError("no")

    outcomes = await asyncio.gather(*(flights.once("key", work) for _ in range(3)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["no"] * 3
    assert "key" not in flights


async def test_work_that_nobody_waits_for_lands_and_is_drained() -> None:
    flights: Flights[str] = Flights()
    landed = []

    async def work() -> str:
        await asyncio.sleep(0.01)
        landed.append("here")
        return "done"

    waiter = asyncio.create_task(flights.once("key", work))
    await asyncio.sleep(0)
    waiter.cancel()
    assert await flights.drain() == 0
    assert landed == ["here"]


async def test_work_that_begins_while_others_are_drained_is_left_to_end() -> None:
    flights: Flights[str] = Flights()

    async def after(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"

    async def one_after_another() -> list[str]:
        return [await flights.once("first", lambda: after(0.01)), await flights.once("second", lambda: after(0.05))]

    both = asyncio.create_task(one_after_another())
    await asyncio.sleep(0)
    assert await flights.drain() == 0
    assert await both == ["done", "done"]
    assert "second" not in flights


@pytest.mark.parametrize("begun", [True, False])
async def test_what_is_drained_too_late_is_cancelled_with_who_waits_for_it(begun: bool) -> None:
    flights: Flights[str] = Flights()
    waiter = asyncio.create_task(flights.once("key", asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    if begun:
        await asyncio.sleep(0)
    assert await flights.drain(0) == 1
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert "key" not in flights
