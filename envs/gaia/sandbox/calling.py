"""One call on one sandbox, from the inputs to the outcome."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from envs.gaia.sandbox.api import JSON, Broker, Limit, Limits, Outcome
from envs.gaia.sandbox.box import TooLarge
from envs.gaia.sandbox.brokering import Desk
from envs.gaia.sandbox.wire import Malformed, TooLong, read_message
from envs.gaia.sandbox.worker import LOST, Worker, require
from harness.core.errors import InfrastructureError

_PROOF = 60.0
GRACE = 5.0
_CHUNK = 65536
_MAX_ERROR = 4000


class UnreadableInput(InfrastructureError):
    """An input cannot be given to the sandbox, which itself is well."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be called, on what, and within which limits."""

    source: str
    function: str
    arguments: Mapping[str, JSON]
    inputs: Sequence[Path]
    broker: Broker | None
    limits: Limits

    def request(self, functions: list[JSON]) -> bytes:
        """Return the line that the child, and no other part of the sandbox, gets once it has proven itself."""
        names: dict[str, JSON] = {"source": self.source, "function": self.function, "brokered": functions}
        inputs: list[JSON] = [path.name for path in self.inputs]
        return json.dumps(names | {"inputs": inputs, "arguments": dict(self.arguments)}).encode() + b"\n"


@dataclass(slots=True)
class _Said:
    """What a child said at its end."""

    value: JSON = None
    error: str | None = None
    limit: Limit | None = None


async def perform(worker: Worker, call: Call) -> tuple[Outcome, bool]:
    """Make the call; return what came of it, and whether the sandbox is clean for another one.

    Once the tool has its code, whatever happens to the sandbox is the tool's own failure: otherwise a tool could end a
    run that no resume mends. Such a sandbox is not clean.

    Raises
    ------
    InfrastructureError
        If an input cannot be read, or the sandbox fails before the tool has its code; the worker is then to be closed.
    """
    start = time.perf_counter()
    limits = call.limits
    try:
        await asyncio.to_thread(worker.box.stage, call.inputs, limits.inputs)
    except TooLarge as error:
        return Outcome(None, str(error), "inputs", "", time.perf_counter() - start), True
    except OSError as error:
        raise UnreadableInput(f"an input cannot be given to the sandbox: {error}") from None
    bounds = {"wall": limits.wall, "cpu": limits.cpu, "memory": limits.memory, "disk": limits.disk}
    wire, output = await worker.begin(bounds)
    reader, writer = await asyncio.open_unix_connection(sock=wire, limit=limits.result + 1024)
    kept = bytearray()
    draining = asyncio.create_task(_drain(output, kept, worker=worker, limits=limits))
    said, ended = _Said(limit="wall"), {**LOST, "limit": "wall"}
    try:
        async with asyncio.timeout(_PROOF):
            desk = await _admitted(reader, writer, call=call)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.wall + GRACE):
                said = await _converse(reader, writer, worker=worker, desk=desk)
                ended = await worker.ended()
                await draining
    except TimeoutError:
        raise InfrastructureError(f"the sandbox proved nothing within {_PROOF:.0f} s") from None
    finally:
        draining.cancel()
        writer.close()
    outcome = _outcome(said, ended, limits=limits, kept=bytes(kept), seconds=time.perf_counter() - start)
    return outcome, ended["clean"] is True


async def _admitted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, call: Call) -> Desk:
    """Check the child's proof and give it the code; return what answers its questions."""
    try:
        proof = await read_message(reader)
    except (TooLong, Malformed):
        proof = None
    if proof is None or not isinstance(proof.get("proof"), dict):
        raise InfrastructureError(f"the sandbox proved nothing: {(proof or {}).get('broken', 'the child ended')}")
    require(cast(dict[str, bool], proof["proof"]))
    desk = Desk(call.broker, call.limits)
    _give(writer, call.request(desk.functions))
    return desk


def _give(writer: asyncio.StreamWriter, message: bytes) -> None:
    """Write to the child, unless it is gone: uvloop raises then, where asyncio does nothing."""
    if not writer.is_closing():
        writer.write(message)


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, worker: Worker, desk: Desk) -> _Said:
    """Talk with the child until it has answered or is gone."""
    try:
        while (message := await read_message(reader)) is not None:
            if "ask" not in message:
                return _read_answer(message)
            _give(writer, await desk.answer(message["ask"], message.get("text")))
            if desk.abused:
                worker.stop_call("calls")
                return _Said(limit="calls")
    except TooLong:
        worker.stop_call("result")
        return _Said(limit="result")
    except Malformed as error:
        worker.stop_call("killed")
        return _Said(error=f"the result is not JSON: {error}")
    return _Said(limit="killed")


_TEXTS = {
    "wall": "it took longer than {0.wall:g} s",
    "cpu": "it took more than {0.cpu} s of processor time",
    "memory": "it took more than {0.memory} bytes of memory",
    "disk": "it wrote more than {0.disk} bytes, or too many files",
    "result": "its result is longer than {0.result} bytes of JSON",
    "output": "it printed more than {0.output} bytes",
    "calls": "it asked the host more than {0.brokered_calls} times",
    "killed": "it ended without a result",
}


def _read_answer(message: dict[str, JSON]) -> _Said:
    if "value" in message:
        return _Said(value=message["value"])
    limit, error = message.get("limit"), message.get("error", message.get("broken"))
    text = error[:_MAX_ERROR] if isinstance(error, str) else "the tool sent something that is no result"
    return _Said(error=text, limit=cast(Limit, limit) if limit in ("memory", "disk") else None)


def _outcome(said: _Said, ended: dict[str, object], *, limits: Limits, kept: bytes, seconds: float) -> Outcome:
    limit, error = said.limit, said.error
    if limit in (None, "killed"):
        if ended["limit"] in _TEXTS and ended["limit"] != "killed":
            limit = cast(Limit, ended["limit"])
        elif ended["signal"] and cast(float, ended["cpu"]) > limits.cpu - 1:
            limit = "cpu"
    if limit is not None:
        error = f"the tool was stopped: {_TEXTS[limit].format(limits)}" if error is None else error
    return Outcome(said.value if error is None else None, error, limit, kept.decode(errors="replace"), seconds)


async def _drain(output: int, kept: bytearray, *, worker: Worker, limits: Limits) -> None:
    """Read what the child prints to its end, keep the first of it, and stop a flood."""
    reader = asyncio.StreamReader()
    pipe = open(output, "rb", buffering=0)  # noqa: ASYNC230, SIM115 - a pipe, closed by the transport
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    total = 0
    with contextlib.closing(transport):
        while chunk := await reader.read(_CHUNK):
            kept += chunk[: max(0, limits.output_kept - len(kept))]
            if total <= limits.output < total + len(chunk):
                worker.stop_call("output")
            total += len(chunk)
