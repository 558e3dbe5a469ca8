"""Trying again: bounded, patient as the provider asks, and with waits that are the same at every run."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from harness.core.errors import HarnessError, InfrastructureError
from harness.llm.backbone import ModelSpec
from harness.llm.causes import POLICIES, Cause, ProviderRefused, chain, classify
from harness.llm.redact import one_line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently a call is tried.

    Attributes
    ----------
    tries
        The most tries, the first included.
    first, longest
        Seconds of the first wait (it doubles each time) and of the longest, a provider's ``Retry-After`` included.
    """

    tries: int = 6
    first: float = 1.0
    longest: float = 120.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    time: Callable[[], float] = time.time

    async def __call__(self, once: Callable[[], Awaitable[T]], spec: ModelSpec, key: str) -> T:
        """Return `once()`, tried again as the table of causes says.

        Raises
        ------
        InfrastructureError, ProviderRefused, CallRefused, ContextWindowExceeded
            What that table says of the last error's cause, in one line.
        NoAnswer
            If the last response held no answer. An error that is not the provider's passes as well.
        """
        try:
            return await self._trying(once, key)
        except HarnessError:
            raise
        except Exception as error:
            last = POLICIES[classify(error)].last
            if last is None:
                raise
            raise last(_told(error, last, spec=spec, tries=self.tries)) from error

    async def _trying(self, once: Callable[[], Awaitable[T]], key: str) -> T:
        try:
            return await once()
        except Exception as error:  # nearly every call is done here: the machinery below costs 0.1 ms
            causes = [classify(error)]
            if self._over(causes) or not _passes(error):
                raise
            first = error
        await self.sleep(self.wait(first, key, 1))

        async def again() -> T:  # tenacity awaits only what it sees to be a coroutine function
            try:
                return await once()
            except Exception as error:
                causes.append(classify(error))
                raise

        retrying = AsyncRetrying(
            stop=lambda _: self._over(causes),
            wait=lambda state: self._wait(state, key),
            retry=retry_if_exception(_passes),
            sleep=self.sleep,
            reraise=True,
        )
        return await retrying(again)

    def _over(self, causes: Sequence[Cause]) -> bool:
        """Return whether a call that failed so often, of these causes, is tried no more."""
        most = POLICIES[causes[-1]].tries or self.tries
        return len(causes) >= self.tries or (len(causes) >= most and len(set(causes)) == 1)

    def _wait(self, state: RetryCallState, key: str) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        return self.wait(error, key, state.attempt_number + 1) if error is not None else 0.0

    def wait(self, error: BaseException, key: str, failed: int) -> float:
        """Return the seconds to wait after the `failed`-th try of the call `key` ended in `error`."""
        asked = retry_after(error, self.time)
        if asked is not None:
            return min(asked, self.longest)
        backoff = min(self.first * 2.0 ** (failed - 1), self.longest)
        draw = int.from_bytes(hashlib.sha256(f"{key} {failed}".encode()).digest()[:4]) / 2**32
        return backoff * (0.5 + draw / 2)


def _passes(error: BaseException) -> bool:
    return not isinstance(error, HarnessError) and POLICIES[classify(error)].retried


def retry_after(error: BaseException, now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that the provider asks to wait (``retry-after-ms``, ``Retry-After``), or None."""
    for link in chain(error):
        headers = getattr(link, "litellm_response_headers", None) or getattr(
            getattr(link, "response", None), "headers", None
        )
        if headers is None:
            continue
        named = {str(name).lower(): str(value) for name, value in headers.items()}
        if (milliseconds := _number(named.get("retry-after-ms"))) is not None:
            return milliseconds / 1000
        if (value := named.get("retry-after")) is not None:
            return _number(value) if _number(value) is not None else _until(value, now)
    return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _until(date: str, now: Callable[[], float]) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - now())
    except (ValueError, OverflowError, OSError):  # no date, or one beyond what this machine counts
        return None


def _told(error: Exception, last: type[HarnessError], *, spec: ModelSpec, tries: int) -> str:
    if last is InfrastructureError:
        limited = classify(error) is Cause.RATE_LIMIT
        what = "is limiting our rate" if limited else "cannot be reached"
        return f"{spec.id} {what}, {tries} tries: {one_line(error)}; start the same command again to go on"
    what = "refused the call" if issubclass(last, ProviderRefused) else "cannot take this prompt"
    return f"{spec.id} {what}: {one_line(error)}"
