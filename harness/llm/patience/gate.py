"""Where calls wait for their turn at a provider, first come first served, as its limiter allows."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from math import inf

from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, classify
from harness.llm.patience.limiter import START, Limiter
from harness.llm.patience.retry import retry_after


class Turn:
    """One turn at a gate; what the call in it raises tells the limiter what it needs to know.

    A class, since an asynchronous generator takes several times as long, and each call passes here.
    """

    __slots__ = ("_gate", "_started")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._started = 0.0

    async def __aenter__(self) -> None:
        """Wait for the turn."""
        if not self._gate.enter():
            await self._gate.wait()
        self._started = self._gate.now()

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Give the turn to the next."""
        self._gate.leave(self._started, error)


class Gate:
    """The turns at one provider."""

    def __init__(self, limiter: Limiter, longest: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self.limiter = limiter
        self._longest = longest
        self.now = now
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    def turn(self) -> Turn:
        """Return what waits for a turn and holds it."""
        return Turn(self)

    def enter(self) -> bool:
        """Begin a turn, if one is free and nobody waits; return whether it began."""
        if self._waiting or self.limiter.wait(self.now()) != 0:
            return False
        self.limiter.start()
        return True

    def leave(self, started: float, error: BaseException | None) -> None:
        """End a turn that began at `started`, and how its call ended."""
        try:
            if error is None:
                self.limiter.succeeded(bool(self._waiting))
            elif isinstance(error, Exception) and classify(error) is Cause.RATE_LIMIT:
                asked = retry_after(error)
                asked = None if asked is None else min(asked, self._longest)
                self.limiter.limited(started, self.now(), retry_after=asked)
        finally:
            self.limiter.end()
            self._admit()

    async def wait(self) -> None:
        """Wait in line until a turn begins."""
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
            wait = self.limiter.wait(self.now())
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
