"""The server of one model file: started at the first call, started again when it died, stopped at the end."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from harness.core.errors import HarnessError

START = 300.0
"""Seconds that a server may take to load its model."""


class LocalServer:
    """A llama.cpp server in a child process, so that a crash of it does not take the run along.

    Parameters
    ----------
    context
        Tokens of one call, prompt and answer together.
    parallel
        Calls at once.
    key
        What a call must show: other users of this machine, and web pages in its browser, reach loopback as well.
    """

    def __init__(self, file: Path, context: int, *, parallel: int, threads: int | None, key: str) -> None:
        self._words = [str(file), "--context", str(context), "--parallel", str(parallel)]
        self._words += ["--threads", str(threads or os.cpu_count() or 1)]
        self._key = key
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._url = ""
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The child's process id, while it lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def url(self) -> str:
        """Return the base of the server's API, once it serves.

        Raises
        ------
        HarnessError
            If it cannot be started.
        """
        async with self._lock:
            if self.pid is None:
                await self._start()
            return self._url

    async def stop(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self) -> None:
        with tempfile.TemporaryFile() as said:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "harness.llm.providers.local.serving",
                *self._words,
                stdin=pipe,
                stdout=pipe,
                stderr=said,
            )
            self.starts += 1
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            with suppress(OSError, RuntimeError):  # it is gone already: there will be no line
                self._process.stdin.write(f"{self._key}\n".encode())
            try:
                line = await asyncio.wait_for(self._process.stdout.readline(), START)
            except TimeoutError:
                line = b""
            if not line:
                await self.stop()
                said.seek(0)
                words = said.read().decode(errors="replace").strip().splitlines()[-1:]
                raise HarnessError(
                    f"the local model {self._words[0]} cannot be served: {' '.join(words) or 'no answer'}; "
                    "`harness doctor` says what is missing"
                )
        address = line.decode().strip()
        self._url = f"{address if '://' in address else f'http://{address}'}/v1"
