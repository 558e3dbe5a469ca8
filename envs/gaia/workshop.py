"""Where tools run: one sandbox for each event loop, opened at the first call and closed at the loop's end."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from envs.gaia.behaviour import Behaviours
from envs.gaia.samples import write_samples
from envs.gaia.sandbox import JSON, Limits, Outcome, Sandbox, open_sandbox
from envs.gaia.sandbox.api import MIB, Broker
from envs.gaia.sandbox.choice import Mode
from envs.gaia.sandbox.readers import READERS
from envs.gaia.sandbox.toolcheck import why_not
from harness.core.domain import Tool
from harness.core.environment import AgentModel, Agreement

SANDBOX_VERSION = "2"
"""Raised when the sandbox gives other results for the same call."""

_SHOWN_OUTPUT = 2000


class Workshop:
    """Runs tools for rollouts, and tries out proposed ones.

    Parameters
    ----------
    web
        Makes the web that tools can search and fetch, in the thread that uses it.
    web_identity
        What its answers depend on.
    limits
        Of one call.
    """

    def __init__(self, mode: Mode, web: Callable[[], Broker], *, web_identity: str, limits: Limits) -> None:
        self._mode: Mode = mode
        self._make_web = web
        self._limits = limits
        self._sandboxes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Sandbox] = weakref.WeakKeyDictionary()
        self._keepers: set[asyncio.Task[None]] = set()
        self._behaviours = Behaviours(self._run)
        self._web_identity = web_identity

    def description(self, letters: int) -> str:
        """Say what tools have to work with, for those who write and judge them.

        Parameters
        ----------
        letters
            How many of a result the agent reads.
        """
        limits = self._limits
        memory, disk = limits.memory // MIB, limits.disk // MIB
        return (
            f"Its tools run in Python 3.11 or later with the standard library and {', '.join(READERS)}. A call may "
            f"take {limits.wall:g} seconds, {memory} MiB of memory and {disk} MiB of disk; the agent reads the first "
            f"{letters:,} letters of its result. In a tool, search(query) returns a list of up to eight objects with "
            "url, title and snippet, and fetch(url) returns the title and the text of a page as one text."
        )

    async def call(self, agent: AgentModel, tool: Tool, *, arguments: Mapping[str, JSON], file: Path | None) -> Any:
        """Return what came of a call as plain data: ``value``, ``error``, ``output`` and ``seconds``; journaled."""
        inputs = {
            "source": hashlib.sha256(tool.source.encode()).hexdigest(),
            "function": tool.name,
            "arguments": dict(arguments),
            "files": {} if file is None else {file.name: self._identity(file)},
            "web": self._web_identity,
            "sandbox": SANDBOX_VERSION,
        }

        async def compute() -> dict[str, JSON]:
            return await self.try_out(tool, arguments, file=file)

        return await agent.effect("tool", inputs, compute)

    async def check(self, tool: Tool) -> str | None:
        """Return what keeps a proposed tool out of the toolbox, or None."""
        return await why_not(tool, self._sandbox(), samples=self._samples)

    async def agreement(self, one: Tool, other: Tool) -> Agreement:
        """Return on how many inputs two tools give the same result."""
        return await self._behaviours.agreement(one, other, samples=self._samples)

    async def try_out(self, tool: Tool, arguments: Mapping[str, JSON], *, file: Path | None) -> dict[str, JSON]:
        """Return what came of a call as `call` does; the caller journals it."""
        outcome = await self._run(tool, arguments, [] if file is None else [self._plain(file)])
        output = outcome.output[:_SHOWN_OUTPUT]
        return {"value": outcome.value, "error": outcome.error, "output": output, "seconds": outcome.seconds}

    async def _run(self, tool: Tool, arguments: Mapping[str, JSON], files: Sequence[Path]) -> Outcome:
        return await self._sandbox().call(
            tool.source, tool.name, arguments=arguments, inputs=files, broker=self._web, limits=self._limits
        )

    def _sandbox(self) -> Sandbox:
        loop = asyncio.get_running_loop()
        sandbox = self._sandboxes.get(loop)
        if sandbox is None:
            sandbox = self._sandboxes[loop] = open_sandbox(self._mode)
            keeper = loop.create_task(_closed_at_the_end(sandbox))
            self._keepers.add(keeper)
            keeper.add_done_callback(self._keepers.discard)
        return sandbox

    @cached_property
    def _web(self) -> Broker:
        return self._make_web()

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="gaia-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @cached_property
    def _samples(self) -> tuple[Path, ...]:
        return write_samples(self._folder / "samples")

    def _identity(self, file: Path) -> str:
        # What no tool can be given need not be read here either.
        size = file.stat().st_size
        return _checksum(file) if size <= self._limits.inputs else f"{size} bytes"

    def _plain(self, file: Path) -> Path:
        """Return a regular file of the same name: the hub's cache holds links, which the sandbox does not follow."""
        if not file.is_symlink():
            return file
        if file.stat().st_size > self._limits.inputs:
            return file.resolve()  # which the sandbox refuses, by its size
        copy = self._folder / "attachments" / _checksum(file)[:16] / file.name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        return copy


async def _closed_at_the_end(sandbox: Sandbox) -> None:
    # asyncio.run cancels what is left of its loop: that is the end.
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.close()


@lru_cache(maxsize=1024)
def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
