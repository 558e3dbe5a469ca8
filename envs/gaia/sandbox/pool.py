"""A sandbox of several workers, started as they are needed; each serves one call at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from envs.gaia.sandbox import launch
from envs.gaia.sandbox.api import JSON, Broker, Limits, Outcome
from envs.gaia.sandbox.calling import Call, UnreadableInput, perform
from envs.gaia.sandbox.worker import Launcher, Worker

MAX_SOURCE = 256 * 1024
MAX_ARGUMENTS = 1 << 20


class Pool:
    """The `Sandbox` of both modes. It belongs to the event loop of its first call."""

    def __init__(self, mode: str, launcher: Launcher, *, size: int | None = None) -> None:
        self.mode = mode
        self._launcher = launcher
        self._free = asyncio.Semaphore(size or processors())
        self._idle: list[Worker] = []

    async def call(
        self,
        source: str,
        function: str,
        *,
        arguments: Mapping[str, JSON],
        inputs: Sequence[Path] = (),
        broker: Broker | None = None,
        limits: Limits | None = None,
    ) -> Outcome:
        """See `Sandbox.call`."""
        if len(source) > MAX_SOURCE:
            return Outcome(None, f"the source is longer than {MAX_SOURCE} letters", None, "", 0.0)
        call = Call(source, function, arguments=arguments, inputs=inputs, broker=broker, limits=limits or Limits())
        if len(call.request([])) > MAX_ARGUMENTS + 8 * len(source):
            return Outcome(None, f"the arguments are longer than {MAX_ARGUMENTS} bytes", None, "", 0.0)
        async with self._free:
            worker = self._idle.pop() if self._idle else await Worker.start(self._launcher)
            clean = False
            try:
                outcome, clean = await perform(worker, call)
            except UnreadableInput:
                clean = True
                raise
            finally:
                if clean:
                    self._idle.append(worker)
                else:
                    await worker.close()
        return outcome

    @property
    def processes(self) -> list[int]:
        """The process ids of the sandboxes that wait for a call."""
        return [worker.pid for worker in self._idle]

    async def close(self) -> None:
        """End all processes and remove all files."""
        while self._idle:
            await self._idle.pop().close()


def processors() -> int:
    """Return how many processors this process may count on: PYTHON_CPU_COUNT, as Python 3.13 reads it, or all."""
    given = os.environ.get("PYTHON_CPU_COUNT", "")
    return max(1, int(given)) if given.isdigit() else os.cpu_count() or 1


def in_namespaces(size: int | None = None) -> Pool:
    """Return a pool of bubblewrap sandboxes."""
    return Pool("bwrap", launch.bubblewrap, size=size)


def without_namespaces(size: int | None = None) -> Pool:
    """Return a pool of sandboxes that Landlock, the filter and the resource limits hold."""
    return Pool("landlock", lambda box, control, _: launch.plain(box, control), size=size)
