"""The lock of a run: one process at a time works on it, on whatever machine.

``flock`` is what holds it. Linux passes it on to the server of a shared file system (NFS, CIFS, Lustre with ``flock``),
unless the mount says that locks are each machine's own; `only_here` reads that from the table of mounts.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import AtWork, ConfigError
from harness.core.forks import disown, own
from harness.records.files import told
from harness.records.mounts import OBJECT_STORES, FileSystem, file_system, mounts

LOCAL_OPTIONS = {
    "nfs": ("nolock", "local_lock=all", "local_lock=flock"),
    "nfs4": ("local_lock=all", "local_lock=flock"),
    "lustre": ("localflock",),
    "cifs": ("nobrl",),
    "smb3": ("nobrl",),
}
"""Options of shared file systems that keep locks on the machine that takes them."""


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold a lock file.

    Raises
    ------
    AtWork
        If another process holds it, or has put its folder aside.
    ConfigError
        If the file system has no locks.
    """
    with told():
        opened = path.open("ab")
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(file.fileno()).st_ino == path.stat().st_ino  # the folder may have been put aside
        except (BlockingIOError, FileNotFoundError):
            held = False
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):  # how some servers say that it is held
                held = False
            else:
                raise ConfigError(
                    f"cannot lock {path}: {error.strerror}; results need a file system with locks (flock): "
                    "choose another with results_dir=DIR"
                ) from None
        if not held:
            raise AtWork(f"another process is at work on this run ({path.parent}); wait for it or stop it")
        own(file.fileno())
        try:
            yield
        finally:
            disown(file.fileno())


def is_held(path: Path) -> bool:
    """Return whether a process holds a lock file. Needs no permission to write."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EAGAIN)
    finally:
        os.close(file)
    return False


def refuse_local_locks(folder: Path) -> None:
    """Refuse a shared folder on which two machines would not see each other's locks.

    Raises
    ------
    ConfigError
        With the mount's option that is in the way.
    """
    if reason := only_here(file_system(mounts(), folder.resolve())):
        raise ConfigError(
            f"{folder} is on a shared file system whose locks hold on one machine only ({reason}): two machines could "
            "work on one run; mount it with shared locks, or choose another with results_dir=DIR"
        )


def only_here(mounted: FileSystem) -> str:
    """Return why a lock on a file system does not reach other machines; empty where nothing says so."""
    if mounted.kind in OBJECT_STORES:
        return mounted.kind
    local = [option for option in LOCAL_OPTIONS.get(mounted.kind, ()) if option in mounted.options]
    return f"{mounted.kind}, {local[0]}" if local else ""
