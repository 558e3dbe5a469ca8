"""The bytes of a journal: lines with checksums, a lock, a scan that tells a torn end from damage."""

from __future__ import annotations

import asyncio
import fcntl
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from harness.errors import HarnessError
from harness.llm.records import decode, encode

SCHEMA = 1
Span = tuple[int, int]
"""Where a record's line stands: offset and length in bytes."""

_HEADER = {"journal": SCHEMA}
_CRC = 9  # 8 hex digits and a space
_KEY = slice(_CRC + len(b'{"key":"'), _CRC + len(b'{"key":"') + 64)


def line_of(data: bytes) -> bytes:
    """Return JSON bytes as a line of the journal."""
    return b"%08x %b\n" % (zlib.crc32(data), data)


def _sound(line: bytes) -> bool:
    return line[-1:] == b"\n" and line[:_CRC] == b"%08x " % zlib.crc32(memoryview(line)[_CRC:-1])


class JournalFile:
    """An open journal file with its lock; appends are durable when they return."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd
        self._end = 0
        self._thread: ThreadPoolExecutor | None = None

    @classmethod
    def open(cls, path: Path, read_only: bool) -> JournalFile:
        """Open and, unless `read_only`, create and lock it."""
        try:
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(path, os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise HarnessError(f"cannot open the journal {path}: {error.strerror}") from None
        if not read_only:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)
                raise HarnessError(f"{path.parent} is being run by another process; wait for it or stop it") from None
        return cls(path, fd)

    def begin_at(self, end: int) -> None:
        """Cut the file at `end`; an empty file gets its header, durably."""
        try:
            os.ftruncate(self._fd, end)
            self._end = end
            if end == 0:
                self._commit(line_of(encode(_HEADER)))
                folder = os.open(self.path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as error:
            raise HarnessError(f"cannot write the journal {self.path}: {error.strerror}") from None

    def lines(self) -> list[tuple[int, int, bool, bytes]]:
        """Return (offset, length, sound?, key or, of the first line, all) of each line."""
        rows = []
        offset = 0
        with os.fdopen(os.dup(self._fd), "rb") as stream:
            stream.seek(0)
            for line in stream:
                rows.append((offset, len(line), _sound(line), line[_KEY] if offset else line))
                offset += len(line)
        return rows

    def read(self, span: Span) -> bytes:
        """Return the JSON of the line at `span`."""
        line = os.pread(self._fd, span[1], span[0])
        if not _sound(line):
            raise HarnessError(f"{self.path} was damaged while in use: record at byte {span[0]}")
        return line[_CRC:-1]

    async def append(self, lines: Sequence[bytes]) -> list[Span]:
        """Write lines at the end and return their spans once they are durable.

        Raises
        ------
        OSError
            If that failed; what was written of them has been cut off where the disk allowed it.
        """
        spans, at = [], self._end
        for line in lines:
            spans.append((at, len(line)))
            at += len(line)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal")
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, b"".join(lines))
        return spans

    def close(self) -> None:
        """Release file and lock."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _commit(self, data: bytes) -> None:
        try:
            at = self._end
            rest = memoryview(data)
            while rest:
                written = os.pwrite(self._fd, rest, at)
                at += written
                rest = rest[written:]
            _sync(self._fd)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, self._end)
            raise
        self._end = at


_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


def scan(file: JournalFile) -> tuple[dict[str, Span], int, tuple[str, ...]]:
    """Return the spans of all records by key, where the sound part ends, and notes.

    Lines that are not sound and have no sound one after them are a torn end; any other is damage.
    """
    rows = file.lines()
    while rows and not rows[-1][2]:
        rows.pop()
    end = rows[-1][0] + rows[-1][1] if rows else 0
    for number, (offset, _, sound, _) in enumerate(rows, 1):
        if not sound:
            raise HarnessError(
                f"{file.path} is damaged: line {number} (byte {offset}) does not match its checksum; "
                "restore the file from a copy, or cut it before that line to ask again for what follows"
            )
    if rows:
        _check_header(file.path, rows[0][3])
    index: dict[str, Span] = {}
    for offset, length, _, key in rows[1:]:
        index.setdefault(key.decode(), (offset, length))
    size = os.fstat(file._fd).st_size
    torn = (f"{file.path}: the last write was torn; dropped {size - end} bytes",) if size > end else ()
    return index, end, torn


def _check_header(path: Path, line: bytes) -> None:
    header = decode(line[_CRC:-1])
    schema = header.get("journal") if isinstance(header, dict) else None
    if schema != SCHEMA:
        raise HarnessError(f"{path} has journal schema {schema}; this version reads {SCHEMA}")
