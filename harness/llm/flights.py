"""Single flight: work that several want at once is done once, and to its end though nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Flight(Generic[T]):
    """One piece of work under way; each waiter has a future of its own, so that cancelling one touches no other."""

    waiters: list[asyncio.Future[T]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Flights(Generic[T]):
    """The work under way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[str, _Flight[T]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._under_way

    async def once(self, key: str, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what `start()` gives, or what the work under way with this key will give.

        It has a task of its own, so that it goes on when those who wait for it are cancelled.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()
        flight = self._under_way.get(key)
        if flight is not None:
            flight.waiters.append(waiter)
        else:
            flight = self._under_way[key] = _Flight([waiter])
            flight.task = loop.create_task(self._fly(key, start))
        return await waiter

    async def drain(self, seconds: float | None = None) -> int:
        """Wait until all work under way has ended; after `seconds` cancel the rest. Returns how much was cancelled."""
        tasks = [flight.task for flight in self._under_way.values() if flight.task is not None]
        if not tasks:
            return 0
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        for key in [key for key, flight in self._under_way.items() if flight.task in late]:
            for waiter in self._land(key):  # of work that was cancelled before it began
                waiter.cancel()
        return len(late)

    async def _fly(self, key: str, start: Callable[[], Coroutine[Any, Any, T]]) -> None:
        try:
            result = await start()
        except BaseException as error:
            for waiter in self._land(key):
                if isinstance(error, asyncio.CancelledError):
                    waiter.cancel()
                else:
                    waiter.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for waiter in self._land(key):
                waiter.set_result(result)

    def _land(self, key: str) -> list[asyncio.Future[T]]:
        """End a flight; return who still waits for it."""
        return [waiter for waiter in self._under_way.pop(key).waiters if not waiter.done()]
