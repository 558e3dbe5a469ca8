"""What a child puts on itself before it proves itself and gets any code."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal

from . import landlock, seccomp
from .setup import Bounds, Setup

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 24, 38, 47
_CAPABILITY_VERSION = 0x20080522
DEVICES = ("/dev/zero", "/dev/urandom", "/dev/random")
MAX_OPEN_FILES = 64


def apply(setup: Setup, bounds: Bounds, *, mapped: int) -> None:
    """Put on all layers but the filter on system calls, which comes after the proofs that it would hide.

    Parameters
    ----------
    mapped
        Bytes of address space that the process has already; the memory limit counts from there.

    Raises
    ------
    OSError
        If the kernel refuses one.
    """
    die_with_parent()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if "capabilities" in setup.layers:
        _drop_capabilities(libc)
    if "rlimits" in setup.layers:
        for what, value in limits(bounds, mapped).items():
            resource.setrlimit(what, (value, value))
    if "landlock" in setup.layers:
        landlock.apply([*setup.readable, setup.site, setup.inputs, *DEVICES], [setup.scratch, "/dev/null"])


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def apply_filter(setup: Setup) -> None:
    """Put on the filter on system calls."""
    if "seccomp" in setup.layers:
        seccomp.apply()


def limits(bounds: Bounds, mapped: int) -> dict[int, int]:
    """Return the resource limits of a child: what they limit, and the value. Soft and hard are the same."""
    return {
        resource.RLIMIT_AS: mapped + bounds.memory,
        resource.RLIMIT_CPU: bounds.cpu,
        resource.RLIMIT_FSIZE: bounds.disk,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NPROC: 0,
    }


def mapped_bytes() -> int:
    """Return the size of this process's address space in bytes, to a mebibyte, without ``/proc``.

    Bisects for the lowest limit under which one more page can be mapped.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 44
    try:
        while high - low > 1 << 20:
            middle = (low + high) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
            try:
                mmap.mmap(-1, mmap.PAGESIZE).close()
                high = middle
            except (OSError, MemoryError):
                low = middle
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return high


def capabilities() -> bool:
    """Return whether this process has any capability, or could regain one that counts for files."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capget(header, sets):
        raise OSError(ctypes.get_errno(), "capget: " + os.strerror(ctypes.get_errno()))
    return any(sets)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(_PR_CAP_AMBIENT, 4, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset: " + os.strerror(ctypes.get_errno()))
