"""What a run may spend: each call is reserved at its largest price before it is sent.

A call is sent while what was spent and what is under way, at its largest price, are below the limit. Otherwise it
waits for calls under way, which mostly take less than was reserved; where none is under way, the limit is reached. So
a run exceeds its limit by at most the largest price of one call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

from harness.core.domain import Usage
from harness.core.errors import BudgetSpent
from harness.core.messages import Call
from harness.llm import price_table
from harness.llm.backbone import ModelSpec, Price
from harness.llm.embedded import embedded_model
from harness.llm.unreported import prompt_texts

SHORTEST, TWICE = 2048, 2
"""The assumed tokens of a completion without `max_tokens`; twice the model's longest so far where that is more."""

MILLION = 1_000_000
"""Money is counted in millionths of a millionth of a dollar, so that sums do not depend on their order."""


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

    def __init__(self, setting: str, limit: float, *, used: str) -> None:
        super().__init__(f"{setting}={limit:g} is used up ({used})")
        self.setting = setting
        self.limit = limit
        self.used = used


@dataclass(slots=True)
class _Amounts:
    tokens: int = 0
    usd: int = 0

    def add(self, tokens: int, usd: int) -> None:
        self.tokens += tokens
        self.usd += usd


class Purse:
    """The money and the tokens of one run; the doors of the run share it.

    Parameters
    ----------
    usd, tokens
        Limits; None: none.
    count
        The length of a text in the tokens of a model.
    """

    def __init__(
        self, usd: float | None, tokens: int | None, *, count: Callable[[ModelSpec, str], int] = lambda *_: 0
    ) -> None:
        self._usd = usd
        self._tokens = tokens
        self._count = count
        self._spent = _Amounts()
        self._reserved = _Amounts()
        self._longest: dict[str, int] = {}
        self._under_way = 0
        self._landed = asyncio.Event()

    @property
    def limited(self) -> bool:
        """Whether there is a limit."""
        return self._usd is not None or self._tokens is not None

    def spend(self, usages: Iterable[tuple[str, Usage]]) -> None:
        """Count what earlier processes paid, by model."""
        for model, usage in usages:
            self._longest[model] = max(self._longest.get(model, 0), usage.completion)
            self._spent.add(usage.prompt + usage.completion, _units(usage.usd or 0.0))

    def reserving(self, spec: ModelSpec, call: Call) -> AbstractAsyncContextManager[Callable[[Usage], None]]:
        """Hold the largest price of a call while it is under way; give what is to be told what it took.

        Raises
        ------
        LimitReached
            If the limit is reached and no call is under way any more.
        """
        return self._reserving(spec, call) if self.limited else nullcontext(_forget)

    @asynccontextmanager
    async def _reserving(self, spec: ModelSpec, call: Call) -> AsyncIterator[Callable[[Usage], None]]:
        tokens, usd = self._largest(spec, call)
        while (reached := self._reached()) is not None:
            if not self._under_way:
                raise reached
            self._landed.clear()
            await self._landed.wait()
        self._under_way += 1
        self._reserved.add(tokens, usd)

        def landed(usage: Usage) -> None:
            known = usage.usd if usage.prompt or usage.completion else 0.0
            self._longest[spec.id] = max(self._longest.get(spec.id, 0), usage.completion)
            self._spent.add(usage.prompt + usage.completion, usd if known is None else _units(known))

        try:
            yield landed
        finally:
            self._under_way -= 1
            self._reserved.add(-tokens, -usd)
            self._landed.set()

    def _reached(self) -> LimitReached | None:
        spent, reserved = self._spent, self._reserved
        if self._usd is not None and spent.usd + reserved.usd >= _units(self._usd):
            return LimitReached("budget.usd", self._usd, used=f"${spent.usd / MILLION**2:.4f}")
        if self._tokens is not None and spent.tokens + reserved.tokens >= self._tokens:
            return LimitReached("budget.tokens", self._tokens, used=f"{spent.tokens:,} tokens")
        return None

    def _largest(self, spec: ModelSpec, call: Call) -> tuple[int, int]:
        texts = prompt_texts(call)
        prompt = self._count(spec, "\n".join(texts)) + 8 * len(texts)
        completion = spec.max_tokens or max(SHORTEST, TWICE * self._longest.get(spec.id, 0))
        if self._usd is None:
            return prompt + completion, 0
        price = price_of(spec)
        if price is None:
            raise LimitReached(
                "budget.usd", self._usd, used=f"the price of {spec.id} is unknown; set backbone.<role>.price"
            )
        return prompt + completion, _units(price.usd(prompt, 0, completion))


def price_of(spec: ModelSpec) -> Price | None:
    """Return a model's price: of its settings, of the embedded model, or of the table; None if it is unknown."""
    if spec.price is not None:
        return spec.price
    if spec.embedded:
        return Price(**embedded_model().price(spec.id))
    if spec.local or spec.scripted:
        return Price(prompt=0, completion=0)
    known = price_table.price_of(spec.id)
    if known is None:
        return None
    prompt, cached, completion = (MILLION * each for each in known)
    return Price(prompt=prompt, cached=cached, completion=completion)


def _forget(_: Usage) -> None:
    """Do not count what a call took: nothing is limited."""


def _units(usd: float) -> int:
    return round(usd * MILLION**2)
