"""The answer store that the runs of a results folder share: a call is paid once in a sweep.

One SQLite file, content-addressed by the keys of calls, safe for many processes. Who finds no answer takes a lease and
asks; others that want the same call wait for the answer. A lease is renewed while its owner lives, and taken over when
it runs out or its owner's process is gone. The store is a cache: each run's own journal is complete without it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import time
import zlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from harness.core.errors import HarnessError, IncompleteRun
from harness.llm.storage.records import Record, decode, encode, is_sound

T = TypeVar("T")

SCHEMA = 1
LEASE = 60.0
"""Seconds that a lease lasts unless it is renewed."""

LONGEST = 3600.0
"""No lease lasts longer."""

MAX_RECORD = 64 * 2**20
"""Bytes of a record, unpacked."""

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, record BLOB NOT NULL, crc INTEGER NOT NULL,
    written REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leases (key BLOB PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
"""


class AnswerStore:
    """The shared store of one results folder, as one process sees it.

    Parameters
    ----------
    lease
        Seconds that a lease lasts unless it is renewed.
    poll
        Seconds between two looks for an answer that another process fetches, at first; they double up to a second.
    process
        Id of the process that holds the leases; by default this one.
    """

    def __init__(
        self,
        path: Path,
        *,
        lease: float = LEASE,
        poll: float = 0.02,
        now: Callable[[], float] = time.time,
        process: int | None = None,
    ) -> None:
        self.path = path
        self._lease = lease
        self._poll = poll
        self._now = now
        self._owner = f"{socket.gethostname()}:{process or os.getpid()}:{uuid4().hex[:8]}"
        self._held: set[bytes] = set()
        self._renewing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "answers")
        self._database: sqlite3.Connection | None = None

    @asynccontextmanager
    async def claim(self, key: str) -> AsyncIterator[Record | None]:
        """Give the answer of a call, or None: the caller then holds its lease, must ask, and `put` the answer."""
        name, wait = bytes.fromhex(key), self._poll
        while True:
            found, ours = await self.look(key)
            if found is not None or ours:
                break
            await asyncio.sleep(wait)
            wait = min(2 * wait, 1.0)
        if found is not None:
            yield found
            return
        self._hold(name)
        try:
            yield None
        finally:
            self._held.discard(name)
            await asyncio.shield(self._do(lambda: self._release(name)))

    async def look(self, key: str) -> tuple[Record | None, bool]:
        """Return the answer of a call if it is there, else whether its lease is ours now."""
        return await self._do(lambda: self._claim(bytes.fromhex(key)))

    async def renew(self, *keys: str) -> None:
        """Let our leases on calls last `lease` seconds from now."""
        await self._do(lambda: self._extend([bytes.fromhex(key) for key in keys]))

    async def put(self, record: Record) -> None:
        """Share an answer; the first one of a key stays."""
        name, data = bytes.fromhex(record.key), zlib.compress(encode(record), 1)
        await self._do(lambda: self._put(name, data))

    async def close(self) -> None:
        """Give back all leases and release the file."""
        if self._renewing is not None:
            self._renewing.cancel()
        with suppress(HarnessError):
            await self._do(lambda: self._release(*self._held))
        with suppress(HarnessError):
            await self._do(self._disconnect)
        self._thread.shutdown(wait=True)

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            if "full" in str(error) or "I/O" in str(error):
                raise IncompleteRun(f"the disk is full: {self.path}; free some space") from None
            raise HarnessError(
                f"the shared answers {self.path} cannot be used ({error}); they are a cache: delete the file, "
                "or set share=false, and start the same command again"
            ) from None

    def _hold(self, name: bytes) -> None:
        self._held.add(name)
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._held:
            await asyncio.sleep(self._lease / 3)
            held = list(self._held)
            with suppress(HarnessError):  # the next claim says what is wrong; a lease may run out
                await self._do(lambda held=held: self._extend(held))  # type: ignore[misc]

    # What follows runs in the store's own thread: short transactions, and SQLite waits for other processes.

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self.path, timeout=120, isolation_level=None, check_same_thread=False)
            _patiently(lambda: database.execute("PRAGMA journal_mode = WAL"))
            database.execute("PRAGMA synchronous = NORMAL")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, SCHEMA):
                raise sqlite3.DatabaseError(f"schema {version}; this version reads {SCHEMA}")
            if version == 0:
                _patiently(lambda: database.executescript(f"{_TABLES} PRAGMA user_version = {SCHEMA};"))
            self._database = database
        return self._database

    def _claim(self, name: bytes) -> tuple[Record | None, bool]:
        database = self._open()
        if (found := self._read(database, name)) is not None:
            return found, False
        now = self._now()
        database.execute("BEGIN IMMEDIATE")
        try:
            if (found := self._read(database, name)) is not None:
                return found, False
            row = database.execute("SELECT owner, until FROM leases WHERE key = ?", (name,)).fetchone()
            # A lease that ends too far ahead was written by a wrong clock.
            if row is not None and row[0] != self._owner and now < row[1] <= now + LONGEST and _alive(row[0]):
                return None, False
            database.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (name, self._owner, now + self._lease))
            return None, True
        finally:
            if database.in_transaction:  # a full disk ends it
                database.execute("COMMIT")

    def _read(self, database: sqlite3.Connection, name: bytes) -> Record | None:
        row = database.execute("SELECT record, crc FROM answers WHERE key = ?", (name,)).fetchone()
        if row is None or not isinstance(row[0], bytes) or zlib.crc32(row[0]) != row[1]:
            return None  # a damaged answer is asked again
        return decode_record(row[0], name.hex())

    def _put(self, name: bytes, data: bytes) -> None:
        row = (name, data, zlib.crc32(data), self._now())
        database = self._open()
        there = "NOTHING" if self._read(database, name) else "UPDATE SET record = excluded.record, crc = excluded.crc"
        database.execute(f"INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT (key) DO {there}", row)

    def _release(self, *names: bytes) -> None:
        rows = [(name, self._owner) for name in names]
        if rows:
            self._open().executemany("DELETE FROM leases WHERE key = ? AND owner = ?", rows)

    def _extend(self, names: list[bytes]) -> None:
        until = self._now() + self._lease
        rows = [(until, name, self._owner) for name in names]
        self._open().executemany("UPDATE leases SET until = ? WHERE key = ? AND owner = ?", rows)

    def _disconnect(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def decode_record(data: bytes, key: str) -> Record | None:
    """Return the answer to a call that stands in the store; None where the bytes are anything else.

    Others may write to a shared folder: the record is bounded, of the right form, and of this call.
    """
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(data, MAX_RECORD)
        if not unpacking.eof:
            return None
        record = Record(**decode(plain))
    except (zlib.error, ValueError, TypeError, RecursionError):
        return None
    return record if record.key == key and is_sound(record) else None


def _alive(owner: str) -> bool:
    """Return whether a lease's owner may still be at work: a process of another machine may."""
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


def _patiently(work: Callable[[], object], seconds: float = 60.0) -> None:
    """Do what SQLite does not wait for by itself: several processes turn a new file into a WAL database at once."""
    until = time.monotonic() + seconds
    while True:
        try:
            work()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
