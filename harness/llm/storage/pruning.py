"""What the shared answer store holds, and making it smaller. No run needs it once its own journal is whole."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from harness.core.errors import ConfigError, HarnessError


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise ConfigError(f"there are no shared answers at {path}")
    try:
        with closing(sqlite3.connect(path, timeout=120, isolation_level=None)) as database:
            yield database
    except sqlite3.Error as error:
        raise HarnessError(f"cannot read the shared answers {path}: {error}") from None


def store_size(path: Path) -> tuple[int, int, int]:
    """Return how many answers there are, how many leases are out, and the bytes of the file."""
    with _opened(path) as database:
        answers = database.execute("SELECT count(*) FROM answers").fetchone()[0]
        leases = database.execute("SELECT count(*) FROM leases WHERE until > ?", (time.time(),)).fetchone()[0]
    return answers, leases, path.stat().st_size


def prune(path: Path, days: float) -> tuple[int, int]:
    """Drop answers older than this number of days, and expired leases; return how many of each."""
    now = time.time()
    with _opened(path) as database:
        old = database.execute("DELETE FROM answers WHERE written <= ?", (now - days * 86_400,)).rowcount
        leases = database.execute("DELETE FROM leases WHERE until <= ?", (now,)).rowcount
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return old, leases
