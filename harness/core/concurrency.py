"""Structured concurrency: run many things at once, get results in input order, lose no error and no time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, TypeVar

from harness.core import clock
from harness.core.errors import HarnessError, IncompleteRun, InfrastructureError

T = TypeVar("T")


class Slots:
    """How many children run at once, of one `gather` or of several that share it.

    Gathers take turns: one starts all of its children before the next one starts any, first come first served. So of a
    thousand strands the first ones end, and release what they hold, while the last ones have not begun. A child must
    not gather with the slots that it runs in.
    """

    def __init__(self, number: int) -> None:
        self.turn = asyncio.Lock()
        self._free = asyncio.Semaphore(number)

    async def take(self) -> None:
        """Wait for a free slot and take it."""
        await self._free.acquire()

    def give_back(self) -> None:
        """Free a slot."""
        self._free.release()


async def gather(coros: Iterable[Coroutine[Any, Any, T]], limit: int | Slots | None = None) -> list[T]:
    """Run coroutines concurrently and return their results in input order.

    Each child has a virtual clock of its own that starts at the parent's; afterwards the parent's clock shows the
    slowest child's. A `limit` bounds how many run at once on this machine and does not show on that clock. With a
    limit, a coroutine is taken from the iterable when it can start, so that a generator makes no more of them.

    Raises
    ------
    BaseException
        The weightiest error of the children, as it was raised (no ExceptionGroup), after the other children were
        cancelled and have ended. An error that is reported to the person weighs most, then any other; infrastructure
        errors and `IncompleteRun` weigh least, because the same command mends them. Among equals the first counts.
    """
    parent = clock.current()
    begun_at = latest = parent.now
    slots = Slots(limit) if isinstance(limit, int) else limit
    turn: AbstractAsyncContextManager[Any] = nullcontext() if slots is None else slots.turn
    results: list[Any] = []
    not_begun: set[Coroutine[Any, Any, T]] = set()

    async def run(number: int, child: Coroutine[Any, Any, T], own: clock.Clock) -> None:
        nonlocal latest
        not_begun.discard(child)
        try:
            results[number] = await child
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            raise RuntimeError("work was cancelled that nobody had cancelled") from error
        finally:
            if slots is not None:
                slots.give_back()
        latest = max(latest, own.now)

    waiting = iter(coros)
    try:
        async with asyncio.TaskGroup() as group, turn:
            for child in waiting:
                if slots is not None:
                    await _for(child, slots)
                context, own = clock.branch(begun_at)
                results.append(None)
                not_begun.add(child)
                group.create_task(run(len(results) - 1, child, own), context=context)
    except BaseExceptionGroup as errors:
        raise min(_leaves(errors), key=_weight) from None
    finally:
        for child in not_begun:  # cancelled before
            child.close()
            if slots is not None:
                slots.give_back()
        _close(waiting)
    parent.now = latest
    return results


def is_cancelled() -> bool:
    """Return whether somebody cancelled the current task; a `CancelledError` of its own work is no such thing."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _for(child: Coroutine[Any, Any, Any], slots: Slots) -> None:
    try:
        await slots.take()
    except BaseException:
        child.close()
        raise


def _close(children: Iterator[Coroutine[Any, Any, Any]]) -> None:
    """Close the coroutines that have not been taken from an iterable."""
    if isinstance(children, Generator):
        children.close()
        return
    for child in children:
        child.close()


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _weight(error: BaseException) -> int:
    if isinstance(error, InfrastructureError | IncompleteRun):
        return 2
    return 0 if isinstance(error, HarnessError) else 1
