"""One process at a time on a run: a lock on a file of its folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import HarnessError
from harness.records.files import told

LOCK = ".lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a run's folder for this process.

    Raises
    ------
    HarnessError
        If another process is at work on it.
    """
    path = folder / LOCK
    with told():
        opened = path.open("a")
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = os.fstat(file.fileno()).st_ino == path.stat().st_ino  # the folder may have been put aside
        except (BlockingIOError, FileNotFoundError):
            mine = False
        if not mine:
            raise HarnessError(f"another process is at work on this run ({folder}); wait for it or stop it")
        yield


def is_held(folder: Path) -> bool:
    """Return whether a process holds the folder. Needs no permission to write."""
    try:
        file = os.open(folder / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
