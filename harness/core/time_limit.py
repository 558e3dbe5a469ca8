"""Time limits of much that goes on at once: as `asyncio.timeout`, with one timer for all that may take equally long."""

from __future__ import annotations

import asyncio
from typing import Self
from weakref import WeakKeyDictionary


class TimeLimit:
    """Cancels what its task does when its time is over, and raises `TimeoutError` then; see `time_limit`.

    Attributes
    ----------
    expired
        Whether its time was over before the work.
    """

    __slots__ = ("_cancelling", "_queue", "_task", "expired")

    def __init__(self, queue: _Queue) -> None:
        self._queue = queue
        self.expired = False

    def __enter__(self) -> Self:
        """Begin its time."""
        task = asyncio.current_task()
        assert task is not None
        self._task, self._cancelling = task, task.cancelling()
        self._queue.add(self)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """End it."""
        self._queue.under_way.pop(self, None)
        ours = self.expired and self._task.uncancel() <= self._cancelling  # and nobody else's
        if ours and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error

    def expire(self) -> None:
        """Cancel the work."""
        self.expired = True
        self._task.cancel()


class _Queue:
    """The limits of equally many seconds in one event loop: their times end in the order in which they began."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.under_way: dict[TimeLimit, float] = {}
        self._rings = False

    def add(self, limit: TimeLimit) -> None:
        loop = asyncio.get_running_loop()
        end = self.under_way[limit] = loop.time() + self._seconds
        if not self._rings:
            self._rings = True
            loop.call_at(end, self._ring)

    def _ring(self) -> None:
        loop = asyncio.get_running_loop()
        self._rings = False
        for limit, end in list(self.under_way.items()):
            if end > loop.time():
                self._rings = True
                loop.call_at(end, self._ring)
                return
            del self.under_way[limit]
            limit.expire()


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, _Queue]] = WeakKeyDictionary()


def time_limit(seconds: float) -> TimeLimit:
    """Return what limits a piece of work: ``with time_limit(60): await work``.

    `asyncio.timeout` sets a timer for each piece of work and takes it back: with two of them a model call, that is
    a twentieth of the CPU of a one-turn rollout.
    """
    loop = asyncio.get_running_loop()
    queues = _queues.get(loop)
    if queues is None:
        queues = _queues[loop] = {}
    queue = queues.get(seconds)
    if queue is None:
        queue = queues[seconds] = _Queue(seconds)
    return TimeLimit(queue)
