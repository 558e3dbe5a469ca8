"""Landlock: which files a process may still reach, whatever its user may.

Everything that the kernel's version can handle is handled; TCP, abstract sockets and signals are taken away where it
knows them. Nothing may be moved to another directory (``REFER``), so that whoever walks the tree can trust ``..``. It
covers no metadata (chmod, utime, xattr), no memory file and no quota: the system call filter, the memory limit and the
watch on scratch do. See ``Documentation/userspace-api/landlock.rst`` of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 12
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM
_OF_A_FILE = _READ_FILE | _WRITE_FILE | _TRUNCATE
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights, from the lowest bit on, a version of the interface knows; 5 and later know 16."""


def version() -> int:
    """Return the kernel's version of Landlock's interface; 0 where there is none."""
    return max(0, int(_libc().syscall(_CREATE, None, 0, 1)))


def apply(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leave this process these files and directories, with all below them, and nothing else.

    ``no_new_privs`` must be set. Paths that do not exist are left out.

    Raises
    ------
    OSError
        If the kernel has no Landlock or refuses it.
    """
    known = version()
    handled = (1 << _FILE_RIGHTS.get(known, 16)) - 1
    attributes = struct.pack("=QQQ", handled, 0b11 if known >= 4 else 0, 0b11 if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _checked(_libc().syscall(_CREATE, attributes, ctypes.c_size_t(size), 0))
    for path in readable:
        _allow(ruleset, path, rights=_READ & handled)
    for path in writable:
        _allow(ruleset, path, rights=_WRITE & handled)
    _checked(_libc().syscall(_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _allow(ruleset: int, path: str, *, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= _OF_A_FILE
    _checked(_libc().syscall(_ADD, ruleset, 1, struct.pack("=Qi", rights, descriptor), 0))
    os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock: " + os.strerror(ctypes.get_errno()))
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
