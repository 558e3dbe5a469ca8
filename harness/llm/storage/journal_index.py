"""Where each record of a journal stands: in memory while it is small, in an SQLite file beside it when it is large.

The log is the truth and the index a cache of it: it remembers up to which byte it covers the log, so that opening
scans only what came after; if it is missing, stale or damaged, it is made anew from the log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harness.core.errors import IncompleteRun
from harness.llm.key_set import KeySet

Span = tuple[int, int]
"""Where a record's line stands: offset and length in bytes."""

SPILL, MOST = 10_000, 1 << 16
"""So many spans are held in memory, and a sixteenth of those in the file where that is more, up to the second: moving
them there takes about as long for each, until the file holds a million, and slowly more from there on."""

_SCHEMA = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS spans (key BLOB PRIMARY KEY, offset INTEGER, length INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS covered (one INTEGER PRIMARY KEY, schema INTEGER, bytes INTEGER, last INTEGER, crc TEXT,
    count INTEGER);
"""


def index_of(journal: Path) -> Path:
    """Return where the index of a journal stands."""
    return journal.with_name(f"{journal.stem}.index")


def remove(index: Path) -> None:
    """Remove an index: it is made anew where its journal is written to again."""
    for path in index.parent.glob(f"{index.name}*"):
        if not path.is_dir():  # no index; SQLite does not write there either
            path.unlink(missing_ok=True)


class Index:
    """Spans by key; the first one of a key stays.

    Parameters
    ----------
    path
        The index file; None for one that lives in a temporary file (of a journal that is only read).
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._recent: dict[str, Span] = {}
        self._stored = 0
        self._database: sqlite3.Connection | None = None
        self._last: Span | None = None
        self._crc = ""
        self._spills = True
        self._written: KeySet | None = KeySet()
        if path is not None and path.exists():
            self._written = None  # what an earlier process wrote is looked up
            with suppress(sqlite3.Error):
                self._connect()

    def covered(self) -> tuple[int, Span, str] | None:
        """Return up to which byte the index file covers its log, and span and checksum of the last line it knows."""
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT schema, bytes, last, crc, count FROM covered").fetchone()
            (stored,) = self._database.execute("SELECT count(*) FROM spans").fetchone()
        except sqlite3.Error:
            return None
        if row is None or row[0] != _SCHEMA or row[4] != stored:
            return None
        self._stored = row[4]
        return row[1], (row[2], row[1] - row[2]), row[3]

    def forget(self) -> None:
        """Begin anew: what the file says is not true of its log."""
        self._disconnect()
        if self._path is not None:
            remove(self._path)
        self._recent.clear()
        self._stored = 0
        self._written = KeySet()

    def get(self, key: str) -> Span | None:
        """Return the span of a key, or None.

        Raises
        ------
        IncompleteRun
            If the file is damaged; see `wrong`.
        """
        span = self._recent.get(key)
        if span is None and self._database is not None and (self._written is None or key in self._written):
            span = self._stored_span(self._database, key)
        return span

    def _stored_span(self, database: sqlite3.Connection, key: str) -> Span | None:
        asked = "SELECT offset, length FROM spans WHERE key = ?"
        try:
            row = database.execute(asked, (bytes.fromhex(key),)).fetchone()
        except sqlite3.DatabaseError as error:
            raise self.wrong(str(error)) from None
        return None if row is None else (row[0], row[1])

    def wrong(self, why: str) -> IncompleteRun:
        """Remove a file that does not say what its log says; return the error that ends the run."""
        if self._path is not None:
            remove(self._path)
        named = "the index of the journal" if self._path is None else self._path
        return IncompleteRun(f"{named} was damaged ({why}) and is removed; it is made anew from the journal")

    def add(self, key: str, span: Span, *, crc: str) -> None:
        """Note where a record stands whose line begins with `crc`; lines come in the order of the log."""
        if self.get(key) is None:
            self.append(key, span, crc=crc)
        else:
            self._last, self._crc = span, crc

    def append(self, key: str, span: Span, *, crc: str) -> None:
        """Note where the first record of a key stands."""
        self._last, self._crc = span, crc
        self._recent[key] = span
        if self._spills and len(self._recent) >= min(MOST, max(SPILL, self._stored // 16)):
            self.spill()

    def spill(self) -> None:
        """Move what is in memory to the file; where the disk refuses that, the rest stays in memory."""
        try:
            self._move()
        except sqlite3.Error:
            self._spills = False

    def _move(self) -> None:
        if self._last is None or not self._recent:
            return
        database = self._database or self._connect()
        with database:
            rows = sorted((bytes.fromhex(key), *span) for key, span in self._recent.items())
            database.executemany("INSERT OR IGNORE INTO spans VALUES (?, ?, ?)", rows)
            count, (offset, length) = self._stored + len(rows), self._last
            row = (1, _SCHEMA, offset + length, offset, self._crc, count)
            database.execute("INSERT OR REPLACE INTO covered VALUES (?, ?, ?, ?, ?, ?)", row)
        self._stored = count
        if self._written is not None:
            for key in self._recent:
                self._written.add(key)
        self._recent.clear()

    def __len__(self) -> int:
        return self._stored + len(self._recent)

    def __iter__(self) -> Iterator[str]:
        """Yield keys in the order in which their records were written."""
        if self._database is not None:
            try:
                for (key,) in self._database.execute("SELECT key FROM spans ORDER BY offset"):
                    yield key.hex()
            except sqlite3.DatabaseError as error:
                raise self.wrong(str(error)) from None
        yield from self._recent

    def close(self) -> None:
        """Write what a large index has in memory, and release it."""
        if self._database is not None:
            self.spill()
        self._disconnect()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect("" if self._path is None else self._path, timeout=30)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_TABLES)
        self._database = database
        return database

    def _disconnect(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None
