"""The process of one call: it forks the child, holds it to its wall clock and its scratch, and cleans up after it.

It sees the names of the call's files, so it is a process of its own: what it knows ends with the call, and the process
that later calls are forked from never learns it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from typing import NoReturn

from . import child, layers, scratch
from .setup import Bounds, Setup

_WATCH = 0.01
_CLEANING = 1.0


def keep(
    setup: Setup, control: socket.socket, *, report: int, bounds: Bounds, mapped: int, wire: int, output: int
) -> NoReturn:
    """Serve one call, write to `report` how its child ended, and exit.

    Parameters
    ----------
    control
        Where the host says that the call must stop.
    """
    layers.die_with_parent()
    try:
        os.chdir(setup.scratch)
        process = os.fork()
        if process == 0:
            control.close()
            child.run(setup, bounds, mapped, wire, output)
        os.close(wire)
        os.close(output)
        limit = _watch(setup, control, process=process, bounds=bounds)
        _, status, used = os.wait4(process, 0)
        ended = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "limit": limit,
            "cpu": used.ru_utime + used.ru_stime,
            "clean": scratch.empty(setup.scratch, _CLEANING),
        }
        os.write(report, json.dumps(ended).encode())
    finally:
        os._exit(0)


def _watch(setup: Setup, control: socket.socket, *, process: int, bounds: Bounds) -> str | None:
    """Wait for the child's end, kill it at a limit or when the host says so, and return which limit it was."""
    deadline = time.monotonic() + bounds.wall
    ended = os.pidfd_open(process)
    try:
        while True:
            ready, _, _ = select.select([ended, control.fileno()], [], [], _WATCH)
            if ended in ready:
                return None
            limit = _exceeded(setup, control if ready else None, process=process, bounds=bounds, deadline=deadline)
            if limit is not None:
                os.kill(process, signal.SIGKILL)
                return limit
    finally:
        os.close(ended)


def _exceeded(
    setup: Setup, control: socket.socket | None, *, process: int, bounds: Bounds, deadline: float
) -> str | None:
    if control is not None:
        return control.recv(64).decode() or "host"
    if time.monotonic() > deadline:
        return "wall"
    try:
        size = scratch.usage(setup.scratch)
    except OSError:
        return "disk"
    return "disk" if size + scratch.unlinked(process) > bounds.disk else None
