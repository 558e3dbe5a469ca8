"""The directory of one sandbox on the host: this call's inputs and, without namespaces, its scratch."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
import weakref
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from envs.gaia.sandbox import readers
from envs.gaia.sandbox.inside import scratch

_PREFIX = "sandbox-held-"
_OLD = 60.0
"""Seconds after which a box that no process holds counts as left behind."""
_REMOVAL, _SWEEPING = 60.0, 5.0
_TRIES = 50
_PAUSE = 0.02


class TooLarge(Exception):
    """The inputs are larger than the limit."""


class Box:
    """A private directory with ``inputs``, ``scratch``, ``outside`` and ``site`` (links to the readers)."""

    def __init__(self) -> None:
        sweep(tempfile.gettempdir())
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._removal = weakref.finalize(self, _remove, str(self.path), _held(self.path))
        for name in ("inputs", "scratch", "outside", "site"):
            (self.path / name).mkdir(mode=0o700)
        for entry in readers.entries():
            (self.path / "site" / entry.name).symlink_to(entry)

    def stage(self, inputs: Sequence[Path], limit: int) -> list[str]:
        """Copy the inputs, and nothing else, to where the next call sees them; return their names.

        Raises
        ------
        TooLarge
            If they are more than `limit` bytes.
        OSError
            If one cannot be read or is no regular file.
        """
        self.clear_inputs()
        left = limit
        for path in inputs:
            left -= self._copy(path, left)
        return [path.name for path in inputs]

    def clear_inputs(self) -> None:
        """Remove the last call's inputs."""
        for old in (self.path / "inputs").iterdir():
            old.unlink()

    def remove(self) -> None:
        """Remove the directory with all in it; this happens at the program's end in any case."""
        self._removal()

    def _copy(self, path: Path, limit: int) -> int:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(source, "rb") as file:
            status = os.fstat(source)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(f"{path.name} is no regular file")
            if status.st_size > limit:
                raise TooLarge(f"the input files are larger than the limit ({path.name}: {status.st_size} bytes)")
            target = self.path / "inputs" / path.name
            with target.open("xb") as copy:
                shutil.copyfileobj(file, copy, 1 << 20)
            target.chmod(0o444)
        return status.st_size


@cache
def sweep(folder: str) -> None:
    """Remove the boxes that killed processes of this user left in a folder; once in the life of a process."""
    for path in Path(folder).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            old = time.time() - status.st_mtime > _OLD
            if old and stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
                holding = _held(path)
                try:
                    if scratch.empty(str(path), _SWEEPING):
                        path.rmdir()
                finally:
                    os.close(holding)


def _held(path: Path) -> int:
    """Return a descriptor of a box that no other process can have at the same time; `OSError` if one has it."""
    holding = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(holding)
        raise
    return holding


def _remove(path: str, holding: int) -> None:
    """Remove a box, however deep its scratch is; a child that was just killed may still make files in it."""
    for _ in range(_TRIES):
        if scratch.empty(path, _REMOVAL):
            with contextlib.suppress(OSError):
                Path(path).rmdir()
        if not os.path.lexists(path):
            break
        time.sleep(_PAUSE)
    os.close(holding)
