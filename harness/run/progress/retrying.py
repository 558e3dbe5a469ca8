"""Retries that a display hears of: a run that waits for a provider says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.llm.patience.retry import Retry
from harness.llm.redact import one_line


def _nobody(reason: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ToldRetry(Retry):
    """A `Retry` that tells why it waits.

    Attributes
    ----------
    tell
        Hears the reason, in one line.
    """

    tell: Callable[[str], None] = _nobody

    def wait(self, error: BaseException, key: str, failed: int) -> float:
        """Return the seconds to wait, and tell."""
        seconds = Retry.wait(self, error, key, failed)
        self.tell(one_line(error))
        return seconds
