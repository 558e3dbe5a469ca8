"""The event loop of a run: asyncio's, or that of uvloop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeVar

from harness.core.errors import left

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T], loop: Literal["asyncio", "uvloop"] = "asyncio") -> T:
    """Return what the work gives, run in a new event loop; Ctrl-C cancels it, as with `asyncio.run`."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if loop == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(work)
    except SystemExit as leaving:  # in a task of somebody's own
        raise left("env or method: a task that it started", leaving) from None
