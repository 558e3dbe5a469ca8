"""The journal: an append-only file of all that came from outside, durable before it is used.

``journal.jsonl`` has one record a line: a CRC-32 (8 hex digits), a space, a JSON object. The first line is a header
with the version of the schema: lines of version 1 are whole, later ones leave out what is usual of answers. The file
alone is the truth; where each record stands is kept in an index beside it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.errors import HarnessError, IncompleteRun
from harness.llm.storage.journal_file import MOST_LINE, JournalFile, line_of, scan
from harness.llm.storage.journal_index import Index, Span, index_of
from harness.llm.storage.recorded import read_record
from harness.llm.storage.records import Record, to_line
from harness.llm.storage.reserve import FULL, Reserve


class MissingRecord(HarnessError):
    """A replay asked for something that its journal does not hold."""


class Journal:
    """Records by key; the first write of a key wins.

    Appends that arrive while the disk is busy are written together: one write and one fsync, in a thread of its own,
    serve them all, and each waits for its own durability.

    While it is open for writing, the journal holds some space of the disk in reserve. When the disk is full, answers
    under way are still written, into that space, and no more calls are made (`check`).

    Attributes
    ----------
    notes
        What opening it had to mend, one line each.
    """

    def __init__(
        self, file: JournalFile, index: Index, *, notes: tuple[str, ...], reserve: Reserve | None = None
    ) -> None:
        self._file = file
        self._index = index
        self._reserve = reserve
        self.notes = notes
        self.read_only = reserve is None
        self._queue: list[tuple[str, bytes]] = []
        self._pending: dict[str, list[asyncio.Future[None]]] = {}
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
        IncompleteRun
            If the disk is full.
        """
        path = Path(path)
        file = JournalFile.open(path, read_only)
        index = Index(None if read_only else index_of(path))
        reserve = None if read_only else Reserve(path.with_name(f".{path.name}.reserve"))
        try:
            if reserve is not None:
                reserve.hold()
            end, notes = scan(file, index)
            if not read_only:
                file.begin_at(end)
        except BaseException:
            if reserve is not None:
                reserve.drop()
            index.close()
            file.close()
            raise
        return cls(file, index, notes=notes, reserve=reserve)

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
            If the record is none.
        IncompleteRun
            If the index is wrong, or the file was damaged since it was opened: the next opening reads it whole.
        """
        span = self._index.get(key)
        if span is None:
            if self.read_only:
                raise MissingRecord(
                    f"{self._file.path} holds no record {key[:12]}: this run asks for something that the recorded one "
                    "did not; replay it with the code, config and data that made it"
                )
            return None
        line = self._file.read(span)
        record = read_record(line)
        if line and record is None:
            raise HarnessError(f"{self._file.path} is damaged: the line at byte {span[0]} is no record")
        if record is None or record.key != key:
            raise self._index.wrong(f"no record of {key[:12]} stands at byte {span[0]}")
        return record

    async def append(self, record: Record) -> None:
        """Write a record and return when it is durable. A key that is already there is not written again.

        Raises
        ------
        IncompleteRun
            If it could not be written (I/O error); the journal then takes no more records. Or if the disk is full: the
            record is then durable as long as the reserve lasts, and the run stops all the same.
        HarnessError
            If it is longer than a line of a journal may be.
        """
        if self._broken is not None:
            raise self._broken
        if self.read_only:
            raise MissingRecord(f"{self._file.path} was opened for a replay and takes no new records")
        if record.key in self:
            return
        waiting = self._pending.get(record.key)
        if waiting is None:
            line = line_of(to_line(record))
            if len(line) > MOST_LINE:
                raise HarnessError(
                    f"{record.kind} {record.key[:12]} takes {len(line) >> 20} MiB, and a record of a journal "
                    f"{MOST_LINE >> 20} at most"
                )
            waiting = self._pending[record.key] = []
            self._queue.append((record.key, line))
            if self._writer is None:
                self._writer = asyncio.create_task(self._write())
        durable = asyncio.get_running_loop().create_future()
        waiting.append(durable)
        await durable

    def check(self) -> None:
        """Refuse a call whose answer could not be kept.

        Raises
        ------
        IncompleteRun
            If the disk is full, or refused a write.
        """
        if self._broken is not None:
            raise self._broken
        if self._reserve is not None and self._reserve.released:
            raise IncompleteRun(self._disk_is_full)

    @property
    def _disk_is_full(self) -> str:
        return f"the disk is full: {self._file.path}; free some space"

    async def close(self) -> None:
        """Finish what is being written, and release the file."""
        try:
            if self._writer is not None:
                await asyncio.wait([self._writer])
        finally:
            if self._reserve is not None:
                self._reserve.drop()
            self._index.close()
            self._file.close()
            self._broken = self._broken or HarnessError(f"{self._file.path} is closed")

    async def _write(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                for (key, line), span in zip(batch, await self._written(batch), strict=True):
                    self._index.append(key, span, crc=line[:8].decode())
                    for durable in self._pending.pop(key):
                        self._settle(durable)
        except BaseException as error:
            self._break(error)
            if not isinstance(error, OSError):
                raise
        finally:
            self._writer = None

    async def _written(self, batch: Sequence[tuple[str, bytes]]) -> list[Span]:
        lines = [line for _, line in batch]
        try:
            return await self._file.append(lines)
        except OSError as error:
            if error.errno not in FULL or self._reserve is None or not self._reserve.release():
                raise
        return await self._file.append(lines)

    def _settle(self, durable: asyncio.Future[None]) -> None:
        if durable.done():
            return
        if self._reserve is not None and self._reserve.released:  # it is kept, but the run cannot go on
            durable.set_exception(IncompleteRun(self._disk_is_full))
            durable.exception()
        else:
            durable.set_result(None)

    def _break(self, error: BaseException) -> None:
        # After a failed write nobody knows what the disk holds: no more is written, the next start scans it afresh.
        self._broken = IncompleteRun(_refusal(error, self._file.path))
        for durable in (durable for waiting in self._pending.values() for durable in waiting):
            if not durable.done():
                durable.set_exception(self._broken)
                durable.exception()  # seen, also if nobody waits any more
        self._pending.clear()
        self._queue.clear()


def _refusal(error: BaseException, path: Path) -> str:
    """Return what the disk refused, in a line."""
    code = error.errno if isinstance(error, OSError) else None
    if code in FULL:
        return f"the disk is full: {path}; free some space"
    return f"cannot write ({os.strerror(code) if code else type(error).__name__}): {path}; check the disk"
