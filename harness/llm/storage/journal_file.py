"""The bytes of a journal: lines with checksums, a lock, a scan that tells a torn end from damage."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import stat
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from harness.core.errors import HarnessError, IncompleteRun
from harness.core.forks import disown, own
from harness.core.printable import printable
from harness.llm.storage.journal_index import Index, Span
from harness.llm.storage.records import decode, encode
from harness.llm.storage.reserve import FULL

SCHEMA = 2
READ = (1, SCHEMA)
"""Versions that are read. A journal of an earlier one that is written to becomes one of this version."""

MOST_LINE = 256 * 2**20
"""Bytes of a line."""

_HEADER = {"journal": SCHEMA}
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # of a stranger: no link, no pipe
_CRC = 9  # 8 hex digits and a space
_HEX = re.compile(rb"[0-9a-f]{64}")
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
            fd = os.open(path, _READ if read_only else os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise HarnessError(f"cannot open the journal {path}: {error.strerror}") from None
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise HarnessError(f"cannot open the journal {path}: it is no regular file")
        if not read_only:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)
                raise HarnessError(f"{path.parent} is being run by another process; wait for it or stop it") from None
        return cls(path, own(fd))

    def begin_at(self, end: int) -> None:
        """Cut the file at `end`; an empty file, and one of an earlier version, gets this version's header, durably."""
        try:
            os.ftruncate(self._fd, end)
            self._end = end
            header = line_of(encode(_HEADER))
            if end > 0 and os.pread(self._fd, len(header), 0) != header:  # they are all of one length
                os.pwrite(self._fd, header, 0)
                sync(self._fd)
            if end == 0:
                self._commit(header)
                folder = os.open(self.path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as error:
            reason = "the disk is full" if error.errno in FULL else f"cannot write ({error.strerror})"
            raise IncompleteRun(f"{reason}: {self.path}; free some space or check the disk") from None

    def lines(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield (offset, line) from `start` on, without holding more than one in memory."""
        with os.fdopen(os.dup(self._fd), "rb") as stream:
            stream.seek(start)
            offset = start
            while line := stream.readline(MOST_LINE + 1):
                if len(line) > MOST_LINE:
                    raise HarnessError(f"{self.path}: the line at byte {offset} is longer than {MOST_LINE >> 20} MiB")
                yield offset, line
                offset += len(line)

    def size(self) -> int:
        """Return the length of the file in bytes."""
        return os.fstat(self._fd).st_size

    def holds(self, span: Span, crc: str) -> bool:
        """Return whether a sound line with this checksum stands at `span`."""
        line = os.pread(self._fd, span[1], span[0])
        return len(line) == span[1] and _sound(line) and line[:8] == crc.encode()

    def read(self, span: Span) -> bytes:
        """Return the JSON of the line at `span`, empty where no sound line stands."""
        line = os.pread(self._fd, span[1], span[0])
        return line[_CRC:-1] if _sound(line) else b""

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
            disown(self._fd)
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
            sync(self._fd)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, self._end)
            raise
        self._end = at


sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


def scan(file: JournalFile, index: Index) -> tuple[int, tuple[str, ...]]:
    """Put the spans of all records into the index; return where the sound part ends, and notes.

    What the index covers already is not read again. Lines that are not sound and have no sound one after them are a
    torn end; any other is damage.
    """
    for _, line in file.lines():
        if _sound(line):
            _check_header(file.path, line)
        break
    start = _start(file, index)
    end, bad = start, -1
    for offset, line in file.lines(start):
        if not _sound(line):
            bad = offset if bad < 0 else bad
            continue
        if bad >= 0:
            raise HarnessError(
                f"{file.path} is damaged: line {_number(file, bad)} (byte {bad}) does not match its checksum; "
                "restore the file from a copy, or cut it before that line to ask again for what follows"
            )
        end = offset + len(line)
        if offset > 0:
            index.add(_key(file.path, line, offset=offset), (offset, len(line)), crc=line[:8].decode())
    size = file.size()
    torn = (f"{file.path}: the last write was torn; dropped {size - end} bytes",) if size > end else ()
    return end, torn


def _key(path: Path, line: bytes, *, offset: int) -> str:
    key = line[_KEY]
    if not _HEX.fullmatch(key):
        raise HarnessError(f"{path} is damaged: the line at byte {offset} has no key")
    return key.decode()


def _start(file: JournalFile, index: Index) -> int:
    covered = index.covered()
    if covered is not None:
        end, last, crc = covered
        if end <= file.size() and file.holds(last, crc):
            return end
    index.forget()
    return 0


def _number(file: JournalFile, at: int) -> int:
    return 1 + sum(1 for offset, _ in file.lines() if offset < at)


def _check_header(path: Path, line: bytes) -> None:
    try:
        header = decode(line[_CRC:-1])
    except (ValueError, RecursionError):
        header = None
    schema = header.get("journal") if isinstance(header, dict) else None
    if schema not in READ:
        reads = ", ".join(map(str, READ))
        raise HarnessError(f"{path} has journal schema {printable(str(schema)[:20])}; this version reads {reads}")
