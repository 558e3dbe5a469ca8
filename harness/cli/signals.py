"""Signals that end a process end a run as Ctrl-C does: calls under way are journaled, and the session is recorded."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGTERM", "SIGHUP")


@contextmanager
def ending_as_interrupts() -> Iterator[None]:
    """Turn signals that would kill this process into an interrupt; those that are ignored (``nohup``) stay so.

    The interrupt goes to the handler of SIGINT, so that asyncio cancels the run where it would for Ctrl-C. Shells
    start jobs of the background with SIGINT ignored, and asyncio would leave it so: it gets its handler back.
    """
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    taken = [number for number in numbers if before[number] == signal.SIG_DFL]
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def interrupted(error: BaseException) -> bool:
    """Return whether an error came of an interrupt: one that hits a library in its clean-up may end as another error.

    An interrupt is raised wherever the program happens to be. Code that was changing something then leaves it half
    done, and what tidies up after it fails on that: the interrupt is the context of such an error.
    """
    seen: set[int] = set()
    links: list[BaseException | None] = [error]
    while links:
        link = links.pop()
        if isinstance(link, KeyboardInterrupt):
            return True
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            links += [link.__context__, link.__cause__]
    return False


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        raise KeyboardInterrupt
    handler(signal.SIGINT, frame)
