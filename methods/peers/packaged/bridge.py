"""A package that blocks, on a Lab that does not: the package runs in a thread and waits there for the Lab's answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Ended(BaseException):
    """The package must end here. No `Exception`: a package that catches those would go on with a made-up score."""


class Bridge:
    """Lets one thread call the Lab, one call after another.

    Attributes
    ----------
    error
        What a call raised: the cause of `Ended`, for the method to raise again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._closed = False
        self._pending: Future[Any] | None = None
        self.error: BaseException | None = None

    def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work in the event loop and return its result.

        Raises
        ------
        Ended
            If it failed, or the method does not wait any longer.
        """
        with self._lock:
            if self._closed:
                work.close()
                raise Ended
            pending = self._pending = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            result: T = pending.result()
        except Ended:
            raise
        except BaseException as error:
            self.error = error
            raise Ended from error
        return result

    def close(self) -> None:
        """Let the thread end at its next call, or at the one that it waits for."""
        with self._lock:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()


async def in_thread(work: Callable[[Bridge], T]) -> T | None:
    """Run work that blocks in a thread; None where it ended itself by `Ended`.

    Raises
    ------
    BaseException
        What a call of the Lab, or the work itself, raised.
    """
    bridge = Bridge(asyncio.get_running_loop())
    try:
        return await asyncio.to_thread(work, bridge)
    except Ended:
        if bridge.error is not None:
            raise bridge.error from None
        return None
    finally:
        bridge.close()
