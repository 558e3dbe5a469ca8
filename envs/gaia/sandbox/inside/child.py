"""One call, in a child of its own: put on the layers, prove them, only then read code, run it, answer in JSON."""

from __future__ import annotations

import errno
import gc
import json
import linecache
import os
import random
import sys
import traceback
from typing import NoReturn

from . import layers, probes
from .ask import asker
from .kinds import looks_like
from .setup import Bounds, Setup

TOOL_FILE = "<tool>"
_WIRE = 3
_MAX_ERROR = 4000
_MAX_NAMES = 20
_MAX_REQUEST = 8 << 20


def run(setup: Setup, bounds: Bounds, mapped: int, wire: int, output: int) -> NoReturn:
    """Serve one call on `wire` (JSON lines, both ways), with the standard streams on `output`; never return."""
    try:
        wire = _own_descriptors(wire, output)
        layers.apply(setup, bounds, mapped=mapped)
        proof = probes.of_layers(setup, bounds, mapped=mapped)
        layers.apply_filter(setup)
        proof.update(probes.of_filter(setup))
        write_line(wire, {"proof": proof})
        with open(wire, "rb", closefd=False, buffering=65536) as lines:
            line = lines.readline(_MAX_REQUEST)
        if line:
            request = json.loads(line)
            for name in request["inputs"]:
                os.symlink(f"{setup.inputs}/{name}", name)  # noqa: PTH211
            _send(wire, _answer(request, wire))
    except BaseException as error:
        write_line(wire, {"broken": _last_line(error)})
    finally:
        os._exit(0)


def write_line(wire: int, message: object) -> None:
    """Send one message."""
    _send(wire, json.dumps(message))


def _send(wire: int, text: str) -> None:
    data = memoryview(text.encode() + b"\n")
    while data:
        data = data[os.write(wire, data) :]


def _own_descriptors(wire: int, output: int) -> int:
    """Leave the child its standard streams and its wire, and return the wire."""
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(wire, _WIRE)
    os.closerange(_WIRE + 1, 4096)
    random.seed(0)  # a fork seeds it anew
    gc.enable()
    return _WIRE


def _answer(request: dict[str, object], wire: int) -> str:
    """Run the tool and return the message for the host, as JSON."""
    source, function, arguments = str(request["source"]), str(request["function"]), request["arguments"]
    assert isinstance(arguments, dict)
    linecache.cache[TOOL_FILE] = (len(source), None, source.splitlines(keepends=True), TOOL_FILE)
    names: dict[str, object] = {"__name__": "tool"}
    for name in request["brokered"] if isinstance(request["brokered"], list) else []:
        names[name] = asker(wire, name)
    try:
        exec(compile(source, TOOL_FILE, "exec"), names)
        tool = names.get(function)
        if not callable(tool):
            return json.dumps({"error": f"the source defines no function {function!r}"})
        return f'{{"value": {_to_json(tool(**arguments))}}}'
    except MemoryError:
        return '{"error": "MemoryError", "limit": "memory"}'
    except BaseException as error:
        limit = "disk" if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG) else None
        return json.dumps({"error": _explained(error), "limit": limit})
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:
                continue


def _to_json(value: object) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"the result is not JSON: {_last_line(error)}") from None


def _explained(error: BaseException) -> str:
    """Say what went wrong and at which line of the tool's source; shortly, where a file is not what was expected."""
    if isinstance(error, UnicodeDecodeError):
        return f"not text: looks like {looks_like(error.object)}"
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        there = ", ".join(sorted(os.listdir())[:_MAX_NAMES]) or "none"  # noqa: PTH208
        return f"no file {error.filename[:200]!r}; files here: {there}"[:_MAX_ERROR]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == TOOL_FILE]
    where = f" (line {frames[-1].lineno}: {frames[-1].line})" if frames else ""
    return _last_line(error) + where


def _last_line(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception_only(error)).strip()[:_MAX_ERROR]
    except BaseException:
        return type(error).__name__
