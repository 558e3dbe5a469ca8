# ruff: noqa: PTH123, PTH211 - pathlib is not needed in every child
"""The process that stands ready with the readers loaded, and forks one fresh child for each call.

It talks to the host on a socket of whole messages (file descriptor given on the command line): at its start it says
what it proved; for each call it gets the bounds and two descriptors, and says how the child ended. It also holds the
child to its wall clock and its scratch, nearer than a busy host could.
"""

from __future__ import annotations

import gc
import importlib
import json
import mimetypes
import os
import select
import signal
import socket
import sys
import time
from types import ModuleType

from . import child, layers, probes, scratch
from .setup import Bounds, Setup

_WATCH = 0.02


def main() -> None:
    """Serve calls until the host closes the socket. Arguments: the socket's descriptor, the `Setup` as JSON."""
    control = socket.socket(fileno=os.dup(int(sys.argv[1])))
    os.closerange(3, control.fileno())
    os.closerange(control.fileno() + 1, 4096)
    setup = Setup.from_json(sys.argv[2])
    sys.path.append(setup.site)
    proof = probes.of_namespaces(setup) if setup.namespaces else {}
    with open(f"{setup.outside}/{probes.SECRET}", "w") as secret:
        secret.write("not for tools")
    absent = [name for name in setup.preload if _load(name) is None]
    _settle()
    mapped = layers.mapped_bytes()
    control.send(json.dumps({"proof": proof, "absent": absent, "modules": len(sys.modules)}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 2)
        if not message:
            return
        if len(descriptors) != 2:
            continue  # the host stopped a call that had just ended
        request = json.loads(message)
        ended = _serve(setup, control, Bounds(**request["bounds"]), request["inputs"], mapped, *descriptors)
        control.send(json.dumps(ended).encode())


def _load(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _settle() -> None:
    """Bring the interpreter to a state that every child starts from, the same one in every sandbox."""
    mimetypes.init(files=())
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    gc.collect()
    gc.disable()
    gc.freeze()


def _serve(
    setup: Setup, control: socket.socket, bounds: Bounds, inputs: list[str], mapped: int, wire: int, output: int
) -> dict[str, object]:
    os.chdir(setup.scratch)
    for name in inputs:
        os.symlink(f"{setup.inputs}/{name}", name)
    process = os.fork()
    if process == 0:
        control.close()
        child.run(setup, bounds, mapped, wire, output)
    os.close(wire)
    os.close(output)
    limit = _watch(setup, control, process, bounds)
    _, status, used = os.wait4(process, 0)
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "limit": limit,
        "cpu": used.ru_utime + used.ru_stime,
        "clean": scratch.empty(setup.scratch),
    }


def _watch(setup: Setup, control: socket.socket, process: int, bounds: Bounds) -> str | None:
    """Wait for the child's end, kill it at a limit or when the host says so, and return which limit it was."""
    deadline = time.monotonic() + bounds.wall
    ended = os.pidfd_open(process)
    try:
        while True:
            ready, _, _ = select.select([ended, control.fileno()], [], [], _WATCH)
            if ended in ready:
                return None
            limit = _exceeded(setup, control if ready else None, process, bounds, deadline)
            if limit is not None:
                os.kill(process, signal.SIGKILL)
                return limit
    finally:
        os.close(ended)


def _exceeded(setup: Setup, control: socket.socket | None, process: int, bounds: Bounds, deadline: float) -> str | None:
    if control is not None:
        return control.recv(64).decode() or "host"
    if time.monotonic() > deadline:
        return "wall"
    size, entries = scratch.usage(setup.scratch)
    if entries > scratch.MAX_ENTRIES or size + scratch.unlinked(process) > bounds.disk:
        return "disk"
    return None
