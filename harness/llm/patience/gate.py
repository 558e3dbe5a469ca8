"""Where calls wait for their turn at a provider, first come first served, as its limiter allows."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import inf

from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, classify
from harness.llm.patience.limiter import START, Limiter
from harness.llm.patience.retry import retry_after


class Gate:
    """The turns at one provider."""

    def __init__(self, limiter: Limiter, longest: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self.limiter = limiter
        self._longest = longest
        self._now = now
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it; what the call in it raises tells the limiter what it needs to know."""
        await self._enter()
        started = self._now()
        try:
            yield
        except Exception as error:
            if classify(error) is Cause.RATE_LIMIT:
                asked = retry_after(error)
                asked = None if asked is None else min(asked, self._longest)
                self.limiter.limited(started, self._now(), retry_after=asked)
            raise
        else:
            self.limiter.succeeded(bool(self._waiting))
        finally:
            self.limiter.end()
            self._admit()

    async def _enter(self) -> None:
        if not self._waiting and self.limiter.wait(self._now()) == 0:
            self.limiter.start()
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # admitted and cancelled at once
                self.limiter.end()
                self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting:
            if self._waiting[0].done():
                self._waiting.popleft()
                continue
            wait = self.limiter.wait(self._now())
            if wait == 0:
                self._waiting.popleft().set_result(None)
                self.limiter.start()
                continue
            if wait != inf and self._alarm is None:
                self._alarm = asyncio.get_running_loop().call_later(wait, self._ring)
            return

    def _ring(self) -> None:
        self._alarm = None
        self._admit()


class Gates:
    """The gate of each provider: one for all models of one endpoint, so that a ``Retry-After`` holds for all callers.

    Parameters
    ----------
    longest
        Seconds that a ``Retry-After`` is obeyed at most.
    """

    def __init__(self, longest: float = 120.0) -> None:
        self._longest = longest
        self._gates: dict[tuple[str, str], Gate] = {}

    def of(self, spec: ModelSpec) -> Gate:
        """Return the gate of a model's provider. Simulated and local models need no probing."""
        key = (spec.provider, spec.api_base or "")
        gate = self._gates.get(key)
        if gate is None:
            start = spec.concurrency if spec.simulated or spec.local else START
            gate = self._gates[key] = Gate(Limiter(spec.concurrency, limit=start), self._longest)
        gate.limiter.ceiling = max(gate.limiter.ceiling, spec.concurrency)
        return gate
