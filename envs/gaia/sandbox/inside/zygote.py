# ruff: noqa: PTH123 - pathlib is not needed in every child
"""The process that stands ready with the readers loaded, and forks fresh ones for each call.

It talks to the host on a socket of whole messages (file descriptor given on the command line): at its start it says
what it proved; for each call it gets the bounds and two descriptors, and forks a `keeper`, which says how the call
ended. It never learns anything of a call itself, since its memory is what later children begin with.
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
from types import ModuleType

from . import keeper, layers, probes
from .setup import Bounds, Setup

_LOST = json.dumps({"signal": signal.SIGKILL, "limit": None, "cpu": 0.0, "clean": False}).encode()
"""What is known of a call whose keeper failed."""


def main() -> None:
    """Serve calls until the host closes the socket. Arguments: the socket's descriptor, the `Setup` as JSON."""
    control = socket.socket(fileno=os.dup(int(sys.argv[1])))
    os.closerange(3, control.fileno())
    os.closerange(control.fileno() + 1, 4096)
    setup = Setup.from_json(sys.argv[2])
    if setup.namespaces:
        layers.die_with_parent()  # which is bubblewrap; the host's end shows on the socket
    sys.path.append(setup.site)
    proof = probes.of_namespaces(setup) if setup.namespaces else {}
    with open(f"{setup.outside}/{probes.SECRET}", "w", encoding="ascii") as secret:
        secret.write("not for tools")
    absent = [name for name in setup.preload if not _is_over(control) and _load(name) is None]
    _settle()
    mapped = layers.mapped_bytes()
    control.send(json.dumps({"proof": proof, "absent": absent, "modules": len(sys.modules)}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 2)
        if not message:
            return
        if len(descriptors) != 2:
            continue  # the host stopped a call that had just ended
        _serve(setup, control, Bounds(**json.loads(message)), mapped, *descriptors)


def _is_over(control: socket.socket) -> bool:
    """Return whether the host is gone: it says nothing before the first call, so what can be read is the end."""
    return bool(select.select([control], [], [], 0)[0])


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


def _serve(setup: Setup, control: socket.socket, bounds: Bounds, mapped: int, wire: int, output: int) -> None:
    """Have a keeper serve one call, and pass on what it reports once it is gone."""
    reading, report = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        keeper.keep(setup, control, report=report, bounds=bounds, mapped=mapped, wire=wire, output=output)
    for descriptor in (report, wire, output):
        os.close(descriptor)
    os.waitpid(process, 0)
    with open(reading, "rb") as reported:
        control.send(reported.read() or _LOST)
