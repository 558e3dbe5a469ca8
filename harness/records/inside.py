"""Reading files of a run's folder: regular files only, never through a link, and no more than a given number of bytes.

A record may come from a stranger. A link could show a file of this machine, a device or a pipe never ends, and a
line without an end fills the memory.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from harness.core.errors import HarnessError

MOST_FILE = 64 * 2**20
"""Bytes of a file that is read whole."""

MOST_LINE = 16 * 2**20
"""Bytes of a line of ``test.jsonl`` and ``train.jsonl``."""


def open_inside(folder: Path, name: str) -> BufferedReader:
    """Open a file of a folder, such as ``modules/0123456789ab.json``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    HarnessError
        If it is a link, in a folder that is one, or no regular file; or it cannot be read.
    """
    *folders, last = name.split("/")
    try:
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HarnessError(f"cannot read {folder}: {error.strerror}") from None
    try:
        try:
            for part in folders:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
                os.close(at)
                at = inner
            file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
        finally:
            os.close(at)
    except FileNotFoundError:
        raise
    except OSError as error:
        linked = error.errno in (errno.ELOOP, errno.ENOTDIR)
        reason = "it is a link, and links are not followed" if linked else error.strerror
        raise HarnessError(f"cannot read {folder / name}: {reason}") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise HarnessError(f"cannot read {folder / name}: it is no regular file")
    return os.fdopen(file, "rb")


def read_inside(folder: Path, name: str, *, most: int = MOST_FILE) -> bytes:
    """Return the content of a file of a folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    HarnessError
        As `open_inside`, or if it holds more than `most` bytes.
    """
    with open_inside(folder, name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise HarnessError(f"{folder / name} is larger than {most >> 20} MiB")
    return data


def lines_inside(folder: Path, name: str, *, most: int = MOST_LINE) -> Iterator[bytes]:
    """Yield the lines of a file of a folder; none where there is no file.

    Raises
    ------
    HarnessError
        As `open_inside`, or if a line is longer than `most` bytes.
    """
    with suppress(FileNotFoundError), open_inside(folder, name) as file:
        number = 1
        while line := file.readline(most + 1):
            if len(line) > most:
                raise HarnessError(f"{folder / name}, line {number}: longer than {most >> 20} MiB")
            yield line
            number += 1
