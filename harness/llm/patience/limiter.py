"""How many calls a provider gets at once: it starts low, grows while calls succeed, and shrinks when told to slow down.

Pure logic: time comes in as an argument, nothing waits here (`harness.llm.patience.gate` does). Doubling at the start,
one more a window of successes afterwards, and a step back at most once a window, as TCP does it; only a provider's own
429s and the ceiling of the config bound it, so that it never settles below the provider's real limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

START = 8
"""Calls at once before anything is known of a provider."""

BACK = 0.75
"""What of the calls under way is left after a 429."""


@dataclass(slots=True)
class Limiter:
    """The state of one provider.

    Attributes
    ----------
    ceiling
        Never more than this.
    limit
        The most calls at once, for now.
    running
        Calls under way.
    blocked_until
        No call starts before; what a ``Retry-After`` asked, for all callers.
    """

    ceiling: int
    limit: float = START
    running: int = 0
    blocked_until: float = -inf
    _doubling: bool = True
    _shrunk: float = -inf

    def __post_init__(self) -> None:
        self.limit = min(self.limit, self.ceiling)

    def wait(self, now: float) -> float:
        """Return 0 if a call may start now, the seconds until one may, or infinity: when another has ended."""
        if self.running >= int(self.limit):
            return inf
        return max(0.0, self.blocked_until - now)

    def start(self) -> None:
        """Count a call that starts."""
        self.running += 1

    def end(self) -> None:
        """Count a call that ended, however it did."""
        self.running -= 1

    def succeeded(self, wanted: bool) -> None:
        """Grow, if more calls are `wanted` than may run: twofold a window at the start, later by one."""
        if wanted and self.limit < self.ceiling:
            self.limit = min(self.ceiling, self.limit + (1.0 if self._doubling else 1.0 / self.limit))

    def limited(self, started: float, now: float, *, retry_after: float | None) -> None:
        """Shrink after a 429 to a call that started at `started`.

        Calls that were under way when the limit last shrank say nothing new: it shrinks once for all of them.
        """
        if retry_after is not None:
            self.blocked_until = max(self.blocked_until, now + retry_after)
        if started < self._shrunk:
            return
        self._doubling = False
        self._shrunk = now
        self.limit = max(1.0, min(self.limit, float(self.running)) * BACK)
