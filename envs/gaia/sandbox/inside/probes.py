# ruff: noqa: PTH101, PTH120, PTH208 - the bare system calls are what is tried
"""The proof that a layer holds: what it forbids is tried. All is tried before any code of a tool arrives.

Each probe returns True only where the refusal is the one that its own layer gives, so that a layer cannot hide behind
another one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
from collections.abc import Callable
from functools import partial

from . import layers
from .setup import Bounds, Setup

SECRET = "secret"
"""The file in ``outside`` that every user may read."""

_PR_GET_NO_NEW_PRIVS = 39
ENVIRONMENT = frozenset({"PATH", "HOME", "LANG", "LC_CTYPE", "PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "PWD"})
"""The variables that a sandbox may have, none with a value from the host's."""


def of_namespaces(setup: Setup) -> dict[str, bool]:
    """Probe, before any layer of a child, what the namespaces alone hold."""
    places = ("/", "/dev", setup.site, setup.inputs, os.path.dirname(os.__file__))
    return {f"read-only {place}": _refused(partial(_write, place), errno.EROFS) for place in places}


def of_layers(setup: Setup, bounds: Bounds, *, mapped: int) -> dict[str, bool]:
    """Probe what the layers before the filter hold."""
    wanted = layers.limits(bounds, mapped)
    return {
        "clean environment": set(os.environ) <= ENVIRONMENT,
        "rlimits": all(resource.getrlimit(what) == (value, value) for what, value in wanted.items()),
        "no new privileges": ctypes.CDLL(None).prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
        "no capabilities": not layers.capabilities(),
        "outside read (Landlock)": _refused(lambda: _read(f"{setup.outside}/{SECRET}"), errno.EACCES),
        "outside list (Landlock)": _refused(lambda: os.listdir(setup.outside), errno.EACCES),
        "outside write (Landlock)": _refused(lambda: _write(setup.outside), errno.EACCES),
        "input write": _refused(lambda: _write(setup.inputs), errno.EROFS, errno.EACCES),
    }


def of_filter(setup: Setup) -> dict[str, bool]:
    """Probe what the filter on system calls holds."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: int | bytes | None) -> Callable[[], object]:
        def made() -> None:
            if getattr(libc, name)(*arguments) == -1:
                raise OSError(ctypes.get_errno(), name)

        return made

    tried: dict[str, Callable[[], object]] = {
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "fork": _fork,
        "kill": lambda: os.kill(os.getpid(), 0),
        "kill parent": lambda: os.kill(os.getppid(), 0),
        "exec": lambda: os.execv("/nonexistent", ["x"]),
        "chmod": lambda: os.chmod(setup.scratch, 0o700),
        "utime": lambda: os.utime(setup.scratch),
        "xattr": lambda: os.setxattr(setup.scratch, "user.x", b"x"),
        "memory file": lambda: os.memfd_create("x"),
        "fallocate": lambda: os.posix_fallocate(0, 0, 1),
        "hard link": lambda: os.link(f"{setup.scratch}/x", f"{setup.scratch}/y"),
        "ptrace": call("ptrace", 2, 0, None, None),
        "namespace": call("unshare", 0),
        "prctl": call("prctl", _PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
    }
    return {name: _refused(attempt, errno.EPERM) for name, attempt in tried.items()}


def _refused(attempt: Callable[[], object], *codes: int) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno in codes
    return False


def _read(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _write(directory: str) -> None:
    os.close(os.open(f"{directory}/probe", os.O_WRONLY | os.O_CREAT, 0o600))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
