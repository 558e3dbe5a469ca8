"""The host's end of one sandbox: start it, check its proofs, make one call at a time, end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable
from typing import cast

from envs.gaia.sandbox import launch
from envs.gaia.sandbox.box import Box
from envs.gaia.sandbox.launch import Launch
from harness.core.errors import InfrastructureError

Launcher = Callable[[Box, int, int], Launch]
_START = 60.0
_MAX_MESSAGE = 65536
LOST: dict[str, object] = {"signal": 0, "limit": None, "cpu": 0.0, "clean": False}
"""What is known of a call whose sandbox is gone."""


class Worker:
    """One running sandbox. `start` makes one; `channel` and `ended` belong to the call that has it."""

    def __init__(
        self, box: Box, launched: Launch, *, process: asyncio.subprocess.Process, control: socket.socket
    ) -> None:
        self.box = box
        self.setup = launched.setup
        self._process = process
        self._control = control

    @property
    def pid(self) -> int:
        """The process id of the sandbox."""
        return self._process.pid

    @staticmethod
    async def start(launcher: Launcher) -> Worker:
        """Start a sandbox and check what it proves of itself.

        Raises
        ------
        InfrastructureError
            If it does not start, or a layer does not hold.
        """
        box = Box()
        control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        info = os.memfd_create("info")  # a pipe whose reader is gone would end bubblewrap where its child waits for it
        control.setblocking(False)
        process: asyncio.subprocess.Process | None = None
        try:
            launched = launcher(box, inner.fileno(), info)
            process = await asyncio.create_subprocess_exec(
                *launched.command,
                env=launch.ENVIRONMENT,
                cwd=box.path / "scratch",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(inner.fileno(), info),
                start_new_session=True,
            )
            inner.close()
            worker = Worker(box, launched, process=process, control=control)
            await worker._check(info)
        except BaseException:
            if process is not None:
                _kill(process)
                await process.wait()
            control.close()
            box.remove()
            raise
        finally:
            inner.close()
            os.close(info)
        return worker

    async def _check(self, info: int) -> None:
        try:
            async with asyncio.timeout(_START):
                hello = await self._receive()
        except TimeoutError:
            raise InfrastructureError(f"the sandbox was not ready within {_START:.0f} s") from None
        if hello is None:
            assert self._process.stderr is not None
            said = (await self._process.stderr.read(2000)).decode(errors="replace").strip().splitlines()
            raise InfrastructureError(f"the sandbox did not start: {said[-1] if said else 'no reason given'}")
        proof = cast(dict[str, bool], hello["proof"])
        if self.setup.namespaces:
            proof |= launch.proven_namespaces(json.loads(os.pread(info, _MAX_MESSAGE, 0))["child-pid"])
        require(proof)

    async def begin(self, bounds: dict[str, float]) -> tuple[socket.socket, int]:
        """Have a child forked for a call; return the host's ends of its wire and of its output."""
        wire, inner_wire = socket.socketpair()
        output, inner_output = os.pipe()
        message = json.dumps(bounds).encode()
        try:
            socket.send_fds(self._control, [message], [inner_wire.fileno(), inner_output])
        except OSError as error:
            wire.close()
            os.close(output)
            raise InfrastructureError(f"the sandbox is gone: {error}") from None
        finally:
            inner_wire.close()
            os.close(inner_output)
        wire.setblocking(False)
        return wire, output

    async def ended(self) -> dict[str, object]:
        """Wait for the end of the call's child and return what the sandbox says of it, or that it ended itself."""
        return await self._receive() or LOST

    def stop_call(self, limit: str) -> None:
        """Have the call's child killed because of `limit`."""
        with contextlib.suppress(OSError):
            self._control.send(limit.encode())

    async def close(self) -> None:
        """Kill the sandbox with all in it, and remove its files."""
        _kill(self._process)
        await self._process.wait()
        self._control.close()
        await asyncio.to_thread(self.box.remove)

    async def _receive(self) -> dict[str, object] | None:
        try:
            message = await asyncio.get_running_loop().sock_recv(self._control, _MAX_MESSAGE)
        except ConnectionError:
            return None
        return cast(dict[str, object], json.loads(message)) if message else None


def require(proof: dict[str, bool]) -> None:
    """Check a proof.

    Raises
    ------
    InfrastructureError
        If a layer does not hold, or nothing was proven: then no code may be given to it.
    """
    lacking = [name for name, held in proof.items() if held is not True]
    if lacking:
        raise InfrastructureError(f"the sandbox does not hold, so no code runs in it: {', '.join(lacking)}")


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
