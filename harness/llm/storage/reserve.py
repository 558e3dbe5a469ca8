"""Space on the disk that is kept for answers under way: a disk that fills up loses none of them."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from harness.core.errors import IncompleteRun

SIZE = 2**20
"""Bytes: some hundred answers."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no space left."""


class Reserve:
    """A file that takes space while a journal is open, and gives it back when the disk is full.

    Attributes
    ----------
    released
        Whether the space was given back since the disk was full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.released = False

    def hold(self) -> None:
        """Take the space.

        Raises
        ------
        IncompleteRun
            If the disk has no such space.
        """
        try:
            with self._path.open("wb") as file:
                file.write(os.urandom(SIZE))  # nothing that a file system stores in less
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.drop()
            full = error.errno in FULL
            reason = "the disk is full" if full else f"cannot write ({error.strerror})"
            hint = f": less than {SIZE >> 20} MiB are free; free some space" if full else "; check the disk"
            raise IncompleteRun(f"{reason}: {self._path.parent}{hint}") from None

    def release(self) -> bool:
        """Give the space back; return whether there was any."""
        if self.released:
            return False
        self.released = True
        return self.drop()

    def drop(self) -> bool:
        """Remove the file; return whether there was one."""
        with suppress(OSError):
            self._path.unlink()
            return True
        return False
