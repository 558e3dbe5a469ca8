"""The virtual clock: how long a run takes if nothing but the models' latencies counts.

Every strand of work carries a clock in its context. An answer moves the clock of the strand that waited for it by
the answer's latency (the original one, also when the answer comes from the journal); `harness.core.concurrency.gather`
gives each child a clock of its own and joins them at the slowest. What the clock shows at the end is the critical
path: a function of the answers, the same on a fast machine, a slow one and in a replay.
"""

from __future__ import annotations

from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Seconds since the start of the run, on the critical path of one strand of work."""

    now: float = 0.0


_clock: ContextVar[Clock] = ContextVar("clock")


def current() -> Clock:
    """Return the clock of this strand; a strand that has none gets one that shows 0."""
    try:
        return _clock.get()
    except LookupError:
        return restart()


def restart() -> Clock:
    """Give this strand (and those that it starts from here on) a new clock that shows 0, and return it."""
    clock = Clock()
    _clock.set(clock)
    return clock


def advance(seconds: float) -> None:
    """Move this strand's clock."""
    current().now += seconds


def branch(start: float) -> tuple[Context, Clock]:
    """Return a copy of this context with a clock of its own that shows `start`, and that clock."""
    clock = Clock(start)
    context = copy_context()
    context.run(_clock.set, clock)
    return context, clock
