# ruff: noqa: PTH108, PTH106, PTH116, PTH208 - names in the working directory, of any depth
"""The scratch directory of a sandbox: how full it is, and empty again after a call. No link is followed."""

from __future__ import annotations

import os
import stat

MAX_ENTRIES = 4096
"""Files and directories that a call may make; each takes kernel memory that no size limit counts."""

_MAX_MOVES = 1_000_000


def usage(path: str) -> tuple[int, int]:
    """Return bytes on disk and the number of entries below `path`; it stops counting past `MAX_ENTRIES`."""
    size = entries = 0
    left = [path]
    while left and entries <= MAX_ENTRIES:
        try:
            found = os.scandir(left.pop())
        except OSError:
            continue
        with found:
            for entry in found:
                entries += 1
                if entries > MAX_ENTRIES:
                    break
                try:
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                except OSError:
                    continue
    return size, entries


def unlinked(process: int) -> int:
    """Return bytes on disk that `process` holds open in files without a name; 0 where there is no ``/proc``."""
    size = 0
    try:
        descriptors = os.listdir(f"/proc/{process}/fd")
    except OSError:
        return 0
    for descriptor in descriptors:
        try:
            status = os.stat(f"/proc/{process}/fd/{descriptor}")
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
            size += status.st_blocks * 512
    return size


def empty(path: str) -> bool:
    """Remove all below `path`, whatever a tool left there, and return whether that worked.

    It goes down by changing directory, so that neither the depth of a tree nor the length of a path stops it.
    """
    os.chdir(path)
    depth = 0
    for _ in range(_MAX_MOVES):
        down = _remove_what_is_easy()
        if down is not None:
            os.chdir(down)
            depth += 1
        elif depth:
            os.chdir("..")
            depth -= 1
        else:
            return True
    return False


def _remove_what_is_easy() -> str | None:
    """Remove files, links and empty directories here; return a directory that is not empty, if there is one."""
    for name in os.listdir():
        try:
            os.unlink(name)
        except OSError:
            try:
                os.rmdir(name)
            except OSError:
                return name
    return None
