import asyncio

import pytest

from harness.core.time_limit import time_limit

LONG, SHORT = 30.0, 0.02


async def test_work_in_time_is_left_alone():
    with time_limit(SHORT) as limit:
        await asyncio.sleep(0)
    await asyncio.sleep(2 * SHORT)
    assert not limit.expired


async def test_work_that_takes_too_long_is_cancelled_where_it_waits():
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("tidied up")

    with pytest.raises(TimeoutError), time_limit(SHORT) as limit:
        await work()
    assert ended
    assert limit.expired
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()
    await asyncio.sleep(0)  # and goes on after it


async def test_a_limit_in_a_limit_ends_the_inner_work_alone():
    with time_limit(LONG) as outer:
        with pytest.raises(TimeoutError), time_limit(SHORT):
            await asyncio.sleep(LONG)
        await asyncio.sleep(0)
    assert not outer.expired


async def test_the_outer_limit_passes_through_the_inner_one():
    with pytest.raises(TimeoutError), time_limit(SHORT) as outer, time_limit(LONG) as inner:
        await asyncio.sleep(LONG)
    assert outer.expired
    assert not inner.expired


async def test_who_is_cancelled_hears_that_and_not_of_the_time():
    async def work() -> None:
        with time_limit(LONG):
            await asyncio.sleep(LONG)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_in_the_same_moment_is_not_lost():
    async def work() -> None:
        with time_limit(SHORT):
            try:
                await asyncio.sleep(LONG)
            except asyncio.CancelledError:
                task.cancel()  # a second one, from outside
                raise

    task = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_work_passes():
    with pytest.raises(KeyError), time_limit(LONG):
        raise KeyError("its own")


async def test_one_timer_serves_all_in_the_order_in_which_they_began(monkeypatch: pytest.MonkeyPatch):
    loop = asyncio.get_running_loop()
    timers, ended, at = [], [], loop.call_at

    def call_at(*arguments, **named):
        timers.append(arguments[0])
        return at(*arguments, **named)

    async def work(number: int) -> None:
        try:
            with time_limit(0.05):
                await until[number].wait()
        except TimeoutError:
            ended.append(number)

    monkeypatch.setattr(loop, "call_at", call_at)
    until = [asyncio.Event() for _ in range(50)]
    tasks = [asyncio.create_task(work(number)) for number in range(50)]
    await asyncio.sleep(0)
    for event in until[::2]:
        event.set()
    await asyncio.gather(*tasks)
    assert ended == list(range(1, 50, 2))
    assert len(timers) < 25


def test_each_event_loop_has_its_own():
    async def late() -> None:
        with time_limit(SHORT):
            await asyncio.sleep(LONG)

    async def in_time() -> None:
        with time_limit(SHORT):
            await asyncio.sleep(0)

    asyncio.run(in_time())  # its timer goes with its loop
    for _ in range(2):
        with pytest.raises(TimeoutError):
            asyncio.run(late())
