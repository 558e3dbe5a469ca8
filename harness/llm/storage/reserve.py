"""Space on the disk that is kept for answers under way: a disk that fills up loses none of them."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from harness.core.errors import IncompleteRun
from harness.core.forks import disown, own

SIZE = 2**20
"""Bytes: some hundred answers."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no space left."""


class Reserve:
    """A file without a name that takes space while a journal is open, and gives it back when the disk is full.

    It has no name once it has its space, so that the system takes the space back whatever ends the process.

    Attributes
    ----------
    released
        Whether the space was given back since the disk was full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self.released = False

    def hold(self) -> None:
        """Take the space.

        Raises
        ------
        IncompleteRun
            If the disk has no such space.
        """
        try:
            self._path.unlink(missing_ok=True)  # whatever stands there: a link is not written through
            self._file = own(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            data = memoryview(os.urandom(SIZE))  # nothing that a file system stores in less
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            self.drop()
            full = error.errno in FULL
            reason = "the disk is full" if full else f"cannot write ({error.strerror})"
            hint = f": less than {SIZE >> 20} MiB are free; free some space" if full else "; check the disk"
            raise IncompleteRun(f"{reason}: {self._path.parent}{hint}") from None
        finally:
            with suppress(OSError):
                self._path.unlink()

    def release(self) -> bool:
        """Give the space back; return whether there was any."""
        if self.released:
            return False
        self.released = True
        return self.drop()

    def drop(self) -> bool:
        """Close the file; return whether there was one."""
        if self._file < 0:
            return False
        disown(self._file)
        os.close(self._file)
        self._file = -1
        return True
