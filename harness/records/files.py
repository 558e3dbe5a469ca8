"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.core.errors import IncompleteRun
from harness.llm.redact import clean_bytes


@contextmanager
def told() -> Iterator[None]:
    """Turn what the disk refuses into one line for the person (exit code 1)."""
    try:
        yield
    except OSError as error:
        raise refused(error) from error


def refused(error: OSError) -> IncompleteRun:
    """Return what the disk refused as one line for the person."""
    where = f" {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return IncompleteRun(f"the disk is full: cannot write{where}; free some space")
    return IncompleteRun(f"cannot write{where}: {_reason(error)}; check the disk")


def _reason(error: OSError) -> str:
    if isinstance(error, shutil.Error):  # of several files: (from, to, why) each
        return str(error.args[0][0][-1])
    return error.strerror or type(error).__name__


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file whole: into a neighbour first, to the disk, then under its name.

    Raises
    ------
    IncompleteRun
        If the disk is full or refuses; the file that was there before is then untouched.
    """
    data = clean_bytes(content.encode() if isinstance(content, str) else content)
    with whole(path) as part:
        part.write_bytes(data)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield the path of a neighbour to write; it takes the name of the file when all of it is on the disk.

    Raises
    ------
    IncompleteRun
        If the disk is full or refuses; the file that was there before is then untouched.
    """
    part = path.with_name(f".{path.name}.part")
    with told():
        try:
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
