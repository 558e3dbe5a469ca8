"""Runs one program, and ends it with everything that it started. Its own process: ``supervisor.py COMMAND``.

It lives until the program ends or its standard input closes, which happens however the harness ends. On Linux the
program gets a process namespace: when the first process of a namespace ends, the kernel ends all others in it, also
those that left their group and their session. Where the kernel gives none (and on macOS), every process below this
one is looked for and ended, and a program that forks faster than it is looked for can escape. Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path

SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of prctl(2)."""

NEW_USER, NEW_PID = 0x10000000, 0x20000000
"""`CLONE_NEWUSER` and `CLONE_NEWPID` of unshare(2)."""

GRACE = 2.0
"""Seconds between SIGTERM and SIGKILL."""

PATIENCE = 20.0
"""Seconds for which processes are looked for where there is no namespace."""

ENDED = 124
"""The exit code where the program did not end by itself."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(command: str) -> int:
    """Run the command in a shell until it ends or our input closes; return its exit code, or `ENDED`."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # whoever started us decides, by closing our input
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    first = os.fork()
    if first == 0:
        os._exit(_first(command))
    code = _waited(first)
    if code is None:
        _signal(first, signal.SIGTERM)  # the first process passes it on to the program's group
        code = _until(first, time.monotonic() + GRACE)
    _signal(first, signal.SIGKILL)
    _end_others()
    return ENDED if code is None else code


def _first(command: str) -> int:
    """Be the first process of a namespace where there is one: run the program, reap orphans, return its exit code."""
    if _namespace():
        inner = os.fork()
        if inner:
            signal.signal(signal.SIGTERM, lambda *_: os.kill(inner, signal.SIGTERM))
            return _code(os.waitpid(inner, 0)[1])
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: it ends with the process above
    program = os.fork()
    if program == 0:
        os.setsid()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv("/bin/sh", ["/bin/sh", "-c", command])

    def pass_on(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program, signal.SIGTERM)

    signal.signal(signal.SIGTERM, pass_on)
    while True:
        process, status = os.wait()
        if process == program:
            return _code(status)


def _namespace() -> bool:
    """Give the processes that we fork a process namespace; return whether the kernel let us."""
    if sys.platform != "linux":
        return False
    user, group, libc = os.getuid(), os.getgid(), ctypes.CDLL(None)
    if libc.unshare(NEW_PID) == 0:
        return True
    if libc.unshare(NEW_USER | NEW_PID) != 0:
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    return True


def _waited(process: int) -> int | None:
    """Return the exit code; None where our input closed before the process ended."""
    while True:
        if (code := _until(process, time.monotonic())) is not None:
            return code
        readable, _, _ = select.select([0], [], [], 0.05)
        if readable and not os.read(0, 4096):
            return None


def _until(process: int, deadline: float) -> int | None:
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return _code(status)
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.02)


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end_others() -> None:
    """End what is left below us: nothing after a namespace."""
    deadline = time.monotonic() + PATIENCE
    while (left := descendants()) and time.monotonic() < deadline:
        for process in left:
            _signal(process, signal.SIGSTOP)  # first of all none of them can fork any more
        for process in left:
            _signal(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def descendants() -> list[int]:
    """Return the ids of all living processes below this one; none where there is no ``/proc``."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_bytes().rpartition(b")")[2].split()[:2]
            if state != b"Z":
                children.setdefault(int(parent), []).append(int(path.parent.name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _signal(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
