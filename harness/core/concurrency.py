"""Structured concurrency: run many things at once, get results in input order, lose no error and no time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, TypeVar

from harness.core import clock
from harness.core.errors import HarnessError, IncompleteRun, InfrastructureError

T = TypeVar("T")


async def gather(coros: Iterable[Coroutine[Any, Any, T]], limit: int | None = None) -> list[T]:
    """Run coroutines concurrently and return their results in input order.

    Each child has a virtual clock of its own that starts at the parent's; afterwards the parent's clock shows the
    slowest child's. A `limit` bounds how many run at once on this machine and does not show on that clock.

    Raises
    ------
    BaseException
        The weightiest error of the children, as it was raised (no ExceptionGroup), after the other children were
        cancelled and have ended. An error that is reported to the person weighs most, then any other; infrastructure
        errors and `IncompleteRun` weigh least, because the same command mends them. Among equals the first counts.
    """
    children = list(coros)
    parent = clock.current()
    slots: AbstractAsyncContextManager[Any] = nullcontext() if limit is None else asyncio.Semaphore(limit)
    branches = [clock.branch(parent.now) for _ in children]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_within(slots, child), context=context)
                for child, (context, _) in zip(children, branches, strict=True)
            ]
    except BaseExceptionGroup as errors:
        raise min(_leaves(errors), key=_weight) from None
    finally:
        for child in children:
            child.close()  # those that were cancelled before they began; no effect on the others
    parent.now = max((own.now for _, own in branches), default=parent.now)
    return [task.result() for task in tasks]


async def _within(slots: AbstractAsyncContextManager[Any], child: Coroutine[Any, Any, T]) -> T:
    async with slots:
        return await child


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _weight(error: BaseException) -> int:
    if isinstance(error, InfrastructureError | IncompleteRun):
        return 2
    return 0 if isinstance(error, HarnessError) else 1
