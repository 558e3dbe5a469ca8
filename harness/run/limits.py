"""Safety limits: money, tokens and minutes at which a run stops cleanly. They shape no result; a larger one goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from harness.core.errors import BudgetSpent
from harness.llm.ledger import Ledger
from harness.run.config.settings import Budget

T = TypeVar("T")


class LimitReached(BudgetSpent):
    """A limit was reached.

    Attributes
    ----------
    setting
        Its name in the config.
    limit
        Its value.
    used
        How much the run has taken, as a person reads it.
    """

    def __init__(self, setting: str, limit: float, used: str) -> None:
        super().__init__(f"{setting}={limit:g} is used up ({used})")
        self.setting = setting
        self.limit = limit
        self.used = used


class Limits:
    """Watches what a run takes, its earlier sessions included.

    Money and tokens are what the run asked for, each call once, whether it was answered now or in an earlier session.
    Calls that are under way when a limit is reached are still answered, and journaled.

    Parameters
    ----------
    ledgers
        Of the run's doors.
    earlier
        Seconds that earlier sessions took.
    """

    def __init__(self, budget: Budget, ledgers: Sequence[Ledger], earlier: float = 0.0) -> None:
        self._budget = budget
        self._ledgers = ledgers
        self._earlier = earlier
        self._began = time.monotonic()

    def check(self) -> None:
        """Raise `LimitReached` if money or tokens are used up."""
        budget = self._budget
        if budget.usd is None and budget.tokens is None:
            return
        asked = [ledger.asked() for ledger in self._ledgers]
        usd = sum(usage.usd or 0.0 for usage in asked)
        tokens = sum(usage.prompt + usage.completion for usage in asked)
        if budget.usd is not None and any(usage.usd is None for usage in asked):
            raise LimitReached("budget.usd", budget.usd, "a model's price is unknown; set backbone.<role>.price")
        if budget.usd is not None and usd >= budget.usd:
            raise LimitReached("budget.usd", budget.usd, f"${usd:.4f}")
        if budget.tokens is not None and tokens >= budget.tokens:
            raise LimitReached("budget.tokens", budget.tokens, f"{tokens:,} tokens")

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
            raise LimitReached("budget.minutes", self._budget.minutes, f"{minutes:.1f} minutes") from None
