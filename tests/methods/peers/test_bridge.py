"""A blocking package on a Lab: errors of the Lab reach the method, whatever the package catches."""

from __future__ import annotations

import asyncio
import threading

import pytest

from harness.core.errors import IncompleteRun
from methods.peers.packaged.bridge import Bridge, Ended, in_thread


async def doubled(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def broken() -> int:
    raise IncompleteRun("3 of 4 tasks could not be played")


def caught(bridge: Bridge) -> int:
    """Go on with a score of 0 where one is missing, as packages do."""
    try:
        return bridge(broken())
    except Exception:
        return 0


async def test_a_thread_gets_the_answers_of_the_event_loop() -> None:
    assert await in_thread(lambda bridge: bridge(doubled(bridge(doubled(3))))) == 12


async def test_an_error_of_the_lab_is_the_methods_error() -> None:
    with pytest.raises(IncompleteRun, match="3 of 4 tasks"):
        await in_thread(caught)


async def test_an_error_of_the_package_is_the_methods_error_too() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda bridge: bridge(doubled(1)) // 0)


async def test_what_ends_the_search_is_no_error() -> None:
    async def enough() -> int:
        raise Ended

    assert await in_thread(lambda bridge: bridge(enough())) is None


async def test_a_run_that_is_stopped_stops_the_thread() -> None:
    begun, over = asyncio.Event(), threading.Event()

    async def forever() -> None:
        begun.set()
        await asyncio.Event().wait()

    def work(bridge: Bridge) -> None:
        try:
            bridge(forever())
        finally:
            over.set()

    task = asyncio.create_task(in_thread(work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(over.wait, 5)
