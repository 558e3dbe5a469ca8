"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.core.errors import HarnessError
from harness.llm.redact import clean_bytes


@contextmanager
def told() -> Iterator[None]:
    """Turn what the disk refuses into one line for the person (exit code 1)."""
    try:
        yield
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise HarnessError(
                f"the disk is full: cannot write{where}; free some space and run the same command again to go on"
            ) from error
        raise HarnessError(f"cannot write{where}: {error.strerror}; run the same command again to go on") from error


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file whole: into a neighbour first, to the disk, then under its name.

    Raises
    ------
    HarnessError
        If the disk is full or refuses; the file that was there before is then untouched.
    """
    data = clean_bytes(content.encode() if isinstance(content, str) else content)
    part = path.with_name(f".{path.name}.part")
    with told():
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
