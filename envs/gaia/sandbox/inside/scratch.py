"""The scratch directory of a sandbox: how full it is, and its removal. No link is followed.

Both walk by open directories, never by paths, so that neither the depth of a tree nor the length of a path hides
anything. One descriptor is open at a time: the way back is ``..``, which is sound because Landlock lets a tool move
no directory out of its parent (see `landlock`), and is checked all the same.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable

MAX_ENTRIES = 4096
"""Files and directories that a call may make; each takes kernel memory that no size limit counts."""

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Unstable(OSError):
    """A tree has more entries than are looked at, changes under the walk, or takes too long."""


def usage(path: str) -> int:
    """Return the bytes on disk below `path`.

    Raises
    ------
    Unstable
        If there are more than `MAX_ENTRIES` entries.
    """
    size = entries = 0

    def count(directory: int) -> list[str]:
        nonlocal size, entries
        inner = []
        with os.scandir(directory) as found:
            for entry in found:
                entries += 1
                if entries > MAX_ENTRIES:
                    raise Unstable("too many files")
                try:
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        inner.append(entry.name)
                except FileNotFoundError:
                    continue
        return inner

    _walk(path, count)
    return size


def unlinked(process: int) -> int:
    """Return bytes on disk that `process` holds open in files without a name; 0 where there is no ``/proc``."""
    size = 0
    try:
        descriptors = os.listdir(f"/proc/{process}/fd")  # noqa: PTH208
    except OSError:
        return 0
    for descriptor in descriptors:
        try:
            status = os.stat(f"/proc/{process}/fd/{descriptor}")  # noqa: PTH116
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
            size += status.st_blocks * 512
    return size


def empty(path: str, seconds: float) -> bool:
    """Remove all below `path`, whatever a tool left there, and return whether that worked within `seconds`."""
    deadline = time.monotonic() + seconds

    def clear(directory: int) -> list[str]:
        inner = []
        with os.scandir(directory) as found:
            entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        for name, is_directory in entries:
            if time.monotonic() > deadline:
                raise Unstable("the removal takes too long")
            if is_directory:
                inner.append(name)
            else:
                os.unlink(name, dir_fd=directory)
        return inner

    try:
        _walk(path, clear, leave=lambda directory, name: os.rmdir(name, dir_fd=directory))
    except OSError:
        return False
    return True


def _walk(path: str, visit: Callable[[int], list[str]], *, leave: Callable[[int, str], None] | None = None) -> None:
    """Visit the directory `path` and those below it that `visit` names; call `leave` in the parent after each."""
    here = os.open(path, _OPEN)
    try:
        trail = [(_identity(here), "", visit(here))]
        while trail:
            if left := trail[-1][2]:
                name = left.pop()
                try:
                    below = os.open(name, _OPEN, dir_fd=here)
                except FileNotFoundError:
                    continue
                os.close(here)
                here = below
                trail.append((_identity(here), name, visit(here)))
                continue
            _, name, _ = trail.pop()
            if trail:
                above = os.open("..", _OPEN, dir_fd=here)
                os.close(here)
                here = above
                if _identity(here) != trail[-1][0]:
                    raise Unstable("a directory was moved")
                if leave is not None:
                    leave(here, name)
    finally:
        os.close(here)


def _identity(directory: int) -> tuple[int, int]:
    status = os.fstat(directory)
    return status.st_dev, status.st_ino
