"""Safety limits: money, tokens and minutes at which a run stops cleanly.

They do not affect results; a larger limit resumes the run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from harness.llm.door import SHARED
from harness.llm.purse import LimitReached, Purse
from harness.llm.storage.records import usages
from harness.run.config.settings import Budget
from harness.run.outside import Outside

T = TypeVar("T")


class Limits:
    """The minutes of a run, its earlier sessions included, and the purse that its calls are paid from.

    Parameters
    ----------
    earlier
        Seconds that earlier sessions took.
    """

    def __init__(self, budget: Budget, earlier: float = 0.0) -> None:
        self._budget = budget
        self._earlier = earlier
        self._began = time.monotonic()

    def purse(self, outside: Outside) -> Purse:
        """Return the purse of the run's doors; what earlier processes paid, as the journal has it, is spent."""
        purse = Purse(self._budget.usd, self._budget.tokens, count=outside.provider.count_tokens)
        if purse.limited:
            purse.spend(
                (str(record.about.get("model")), usage)
                for record in outside.journal.records()
                if SHARED not in record.about
                for usage in usages(record)
            )
        return purse

    async def within(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns, or stop it when its minutes are over."""
        if self._budget.minutes is None:
            return await work
        try:
            async with asyncio.timeout(max(0.0, 60 * self._budget.minutes - self._earlier)) as clock:
                return await work
        except TimeoutError:
            if not clock.expired():
                raise
            minutes = (self._earlier + time.monotonic() - self._began) / 60
            raise LimitReached("budget.minutes", self._budget.minutes, used=f"{minutes:.1f} minutes") from None
