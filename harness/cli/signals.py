"""Signals that end a process end a run as Ctrl-C does: calls under way are journaled, and the session is recorded."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGTERM", "SIGHUP")


@contextmanager
def ending_as_interrupts() -> Iterator[None]:
    """Turn signals that would kill this process into an interrupt; those that are ignored (``nohup``) stay so.

    The interrupt is sent and not raised, so that asyncio cancels the run where it would for Ctrl-C.
    """
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    taken = [number for number in numbers if before[number] == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    os.kill(os.getpid(), signal.SIGINT)
