"""The journal: an append-only file of all that came from outside, durable before it is used.

``journal.jsonl`` has one record a line: a CRC-32 (8 hex digits), a space, a JSON object. The first line is a header
with the version of the schema. The file alone is the truth; where each record stands is kept in an index beside it.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from harness.core.errors import HarnessError
from harness.llm.storage.journal_file import JournalFile, line_of, scan
from harness.llm.storage.journal_index import Index
from harness.llm.storage.recorded import read_record
from harness.llm.storage.records import Record, encode


class MissingRecord(HarnessError):
    """A replay asked for something that its journal does not hold."""


class Journal:
    """Records by key; the first write of a key wins.

    Appends that arrive while the disk is busy are written together: one write and one fsync, in a thread of its own,
    serve them all, and each waits for its own durability.

    Attributes
    ----------
    notes
        What opening it had to mend, one line each.
    """

    def __init__(self, file: JournalFile, index: Index, notes: tuple[str, ...], read_only: bool) -> None:
        self._file = file
        self._index = index
        self.notes = notes
        self.read_only = read_only
        self._queue: list[tuple[str, bytes]] = []
        self._pending: dict[str, asyncio.Future[None]] = {}
        self._writer: asyncio.Task[None] | None = None
        self._broken: HarnessError | None = None

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False) -> Journal:
        """Open a journal, or begin one.

        A torn end (a crash in the middle of a write) is cut off, with a note.

        Parameters
        ----------
        read_only
            For a replay: the file must exist, is not locked or changed, and a key that it lacks raises.

        Raises
        ------
        HarnessError
            If another process has it open, a record in its middle is damaged, or its schema is a later one.
        """
        path = Path(path)
        file = JournalFile.open(path, read_only)
        index = Index(None if read_only else path.with_name(f"{path.stem}.index"))
        try:
            end, notes = scan(file, index)
            if not read_only:
                file.begin_at(end)
        except BaseException:
            index.close()
            file.close()
            raise
        return cls(file, index, notes, read_only)

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, key: str) -> bool:
        return self._index.get(key) is not None

    def keys(self) -> list[str]:
        """Return the keys in the order in which their records were written."""
        return list(self._index)

    def records(self) -> Iterator[Record]:
        """Yield all records in the order in which they were written, one in memory at a time."""
        for key in self._index:
            record = self.get(key)
            if record is not None:
                yield record

    def get(self, key: str) -> Record | None:
        """Return the durable record of a key, or None.

        Raises
        ------
        MissingRecord
            Instead of None, where the journal is read-only.
        HarnessError
            If the record was damaged since the journal was opened.
        """
        span = self._index.get(key)
        if span is None:
            if self.read_only:
                raise MissingRecord(
                    f"{self._file.path} holds no record {key[:12]}: this run asks for something that the recorded one "
                    "did not; replay it with the code, config and data that made it"
                )
            return None
        record = read_record(self._file.read(span))
        if record is None:
            raise HarnessError(f"{self._file.path} is damaged: the line at byte {span[0]} is no record")
        if record.key != key:
            raise HarnessError(
                f"the index of {self._file.path} is wrong: delete {self._file.path.stem}.index beside it"
            )
        return record

    async def append(self, record: Record) -> None:
        """Write a record and return when it is durable. A key that is already there is not written again.

        Raises
        ------
        HarnessError
            If it could not be written (disk full, I/O error). The journal then takes no more records.
        """
        if self._broken is not None:
            raise self._broken
        if self.read_only:
            raise MissingRecord(f"{self._file.path} was opened for a replay and takes no new records")
        if record.key in self:
            return
        durable = self._pending.get(record.key)
        if durable is None:
            durable = self._pending[record.key] = asyncio.get_running_loop().create_future()
            self._queue.append((record.key, line_of(encode(record))))
            if self._writer is None:
                self._writer = asyncio.create_task(self._write())
        await asyncio.shield(durable)

    async def close(self) -> None:
        """Finish what is being written, and release the file."""
        try:
            if self._writer is not None:
                await asyncio.wait([self._writer])
        finally:
            self._index.close()
            self._file.close()
            self._broken = self._broken or HarnessError(f"{self._file.path} is closed")

    async def _write(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                spans = await self._file.append([line for _, line in batch])
                for (key, line), span in zip(batch, spans, strict=True):
                    self._index.add(key, span, line[:8].decode())
                    durable = self._pending.pop(key)
                    if not durable.done():
                        durable.set_result(None)
        except BaseException as error:
            self._break(error)
            if not isinstance(error, OSError):
                raise
        finally:
            self._writer = None

    def _break(self, error: BaseException) -> None:
        # After a failed write nobody knows what the disk holds: no more is written, the next start scans it afresh.
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
        full = isinstance(error, OSError) and error.errno in _FULL
        what = "disk is full" if full else f"cannot write ({reason})"
        hint = "free some space" if full else "check the disk"
        self._broken = HarnessError(f"{what}: {self._file.path}; {hint}, then start the same command again to go on")
        for durable in self._pending.values():
            if not durable.done():
                durable.set_exception(self._broken)
                durable.exception()  # seen, also if nobody waits any more
        self._pending.clear()
        self._queue.clear()


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
