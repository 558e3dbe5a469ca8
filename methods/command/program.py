"""The program as a process: started with a clean environment, ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from methods.command import supervisor
from methods.command.wording import LARGEST

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TERM", "USER", "PYTHONPATH", "VIRTUAL_ENV")
"""What of our environment a program gets: no key of a provider is among it."""

LAST_WORDS = 4_000
"""Bytes kept of what the program wrote last."""


@dataclass(frozen=True)
class Ended:
    """How a program ended.

    Attributes
    ----------
    code
        Its exit code; 124 where it was ended after its minutes.
    said
        The last line that it wrote.
    modules
        What it left in the file, None where there is none, or more than can be read.
    """

    code: int
    said: str
    modules: bytes | None


async def run_program(command: str, *, url: str, key: str, seconds: float, broken: asyncio.Future[None]) -> Ended:
    """Run a command to its end, or for a number of seconds.

    Raises
    ------
    HarnessError
        What `broken` raises, after the program was ended.
    """
    with tempfile.TemporaryDirectory(prefix="harness-command-") as folder:
        left = Path(folder) / "modules.json"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            str(Path(supervisor.__file__)),
            command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment(url, key, modules=left),
            start_new_session=True,
        )
        said = asyncio.create_task(_last(process))
        try:
            ended = asyncio.create_task(process.wait())
            waiting: set[asyncio.Future[Any]] = {ended, broken}
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if broken.done():
                broken.result()
            code = ended.result() if ended.done() else supervisor.ENDED
        finally:
            await _end(process)
        return Ended(code, await said, _read(left))


def environment(url: str, key: str, *, modules: Path) -> Mapping[str, str]:
    """Return the program's environment: ours without anything that could be a secret, and the run's address and key."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {"HARNESS_URL": url, "HARNESS_KEY": key, "HARNESS_MODULES": str(modules), "NO_PROXY": "127.0.0.1"}
    return kept | own | {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": key}


async def _end(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()  # the supervisor ends the program and all below it
    try:
        await asyncio.wait_for(process.wait(), supervisor.GRACE + 30)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _last(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    kept = b""
    while some := await process.stdout.read(65_536):
        kept = (kept + some)[-LAST_WORDS:]
    lines = [line.strip() for line in kept.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _read(path: Path) -> bytes | None:
    """Return the content of a file; None where there is a link, a pipe, a folder, too large a file, or nothing."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        found = os.fstat(opened)
        return os.read(opened, LARGEST) if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST else None
    finally:
        os.close(opened)
