"""A large journal has an index beside it: a cache that is never believed against the log."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import HarnessError, IncompleteRun
from harness.llm.storage.journal import Journal
from harness.llm.storage.journal_file import JournalFile
from harness.llm.storage.journal_index import Index
from harness.llm.storage.records import Record
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.llm.storage.journal_index.SPILL", 8)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The offsets of the lines that scans read."""
    offsets: list[int] = []
    lines = JournalFile.lines

    def counted(self: JournalFile, start: int = 0) -> Iterator[tuple[int, bytes]]:
        for offset, line in lines(self, start):
            offsets.append(offset)
            yield offset, line

    monkeypatch.setattr(JournalFile, "lines", counted)
    return offsets


def record(number: int) -> Record:
    return Record(f"{number * 7919:064x}", "effect", role="", purpose="", about={"effect": "test"}, result=number)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def write(path: Path, numbers: range) -> None:
    journal = Journal.open(path)
    for number in numbers:
        await journal.append(record(number))
    await journal.close()


async def holds_all(path: Path, count: int) -> None:
    journal = Journal.open(path)
    assert len(journal) == count
    assert journal.keys() == [record(number).key for number in range(count)]
    assert all(journal.get(record(number).key) == record(number) for number in range(count))
    assert journal.get(record(count).key) is None
    await journal.close()


async def test_a_small_journal_has_no_index(tmp_path: Path):
    await write(tmp_path / "journal.jsonl", range(7))
    assert names(tmp_path) == ["journal.jsonl"]


async def test_opening_reads_only_what_the_index_does_not_cover(tmp_path: Path, read: list[int]):
    path = tmp_path / "journal.jsonl"
    await write(path, range(20))
    assert (tmp_path / "journal.index").exists()
    read.clear()
    await holds_all(path, 20)
    assert read == [0], "the header"


KILLED = """
import asyncio, os, pathlib, sys
from harness.llm.storage import journal_index
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import Record

async def main():
    journal = Journal.open(pathlib.Path(sys.argv[1]))
    for number in range(20):
        made = Record(f"{number * 7919:064x}", "effect", role="", purpose="", about={"effect": "test"}, result=number)
        await journal.append(made)
    os._exit(9)  # what memory holds is lost

journal_index.SPILL = 8
asyncio.run(main())
"""


async def test_a_crash_leaves_a_tail_to_scan(tmp_path: Path, read: list[int]):
    path = tmp_path / "journal.jsonl"
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(path), cwd=ROOT)
    assert await killed.wait() == 9
    read.clear()
    await holds_all(path, 20)
    assert len(read) == 1 + 4, "the header and what came after the last 16"


@pytest.mark.parametrize("harm", ["missing", "garbage", "other log", "shorter log", "empty"])
async def test_a_wrong_index_is_made_anew(tmp_path: Path, harm: str):
    path, index = tmp_path / "journal.jsonl", tmp_path / "journal.index"
    await write(path, range(20))
    count = 20
    if harm == "missing":
        index.unlink()
    elif harm == "garbage":
        index.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    elif harm == "empty":
        index.write_bytes(b"")
    elif harm == "other log":
        other = tmp_path / "other" / "journal.jsonl"
        await write(other, range(100, 112))
        index.write_bytes((other.parent / "journal.index").read_bytes())
    else:
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:11]))
        count = 10
    await holds_all(path, count)


async def test_a_torn_tail_after_the_index_is_dropped(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, range(20))
    with path.open("ab") as stream:
        stream.write(b"0123 torn")
    journal = Journal.open(path)
    assert "dropped 9 bytes" in journal.notes[0]
    await journal.close()
    await holds_all(path, 20)


async def test_damage_under_the_index_is_seen_when_the_record_is_used_and_by_a_replay(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, range(20))
    data = bytearray(path.read_bytes())
    data[data.index(b'"result":3')] ^= 1
    path.write_bytes(data)
    journal = Journal.open(path)
    with pytest.raises(HarnessError, match="damaged"):
        journal.get(record(3).key)
    await journal.close()
    with pytest.raises(HarnessError, match="damaged: line 5"):
        Journal.open(path, read_only=True)


async def test_a_replay_leaves_no_index(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, range(20))
    (tmp_path / "journal.index").unlink()
    journal = Journal.open(path, read_only=True)
    assert len(journal) == 20
    await journal.close()
    assert names(tmp_path) == ["journal.jsonl"]


def test_a_key_that_was_never_written_is_not_looked_up_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    statements: list[str] = []

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        database = connected(*arguments, **named)
        database.set_trace_callback(statements.append)
        return database

    connected = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect)
    index = Index(tmp_path / "journal.index")
    keys = [sha256(b"%d" % number).hexdigest() for number in range(40)]
    for number, key in enumerate(keys[:20]):
        index.add(key, (number, 1), crc="0" * 8)
    before = len(statements)
    assert [index.get(key) for key in keys[20:]] == [None] * 20
    assert len(statements) == before
    assert [index.get(key) for key in keys[:20]] == [(number, 1) for number in range(20)]
    assert len(statements) > before
    index.close()


def test_memory_holds_a_sixteenth_of_a_large_index_and_never_more_than_the_most(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("harness.llm.storage.journal_index.MOST", 16)
    index = Index(tmp_path / "index")
    held = []
    for number in range(600):
        index.add(record(number).key, (10 * number, 10), crc="00000000")
        held.append(len(index._recent))
    assert len(index) == 600
    assert max(held[:100]) < 8
    assert max(held) == 15
    index.close()


def overwrite(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


@pytest.mark.parametrize("lost", ["DELETE FROM spans WHERE offset % 5 = 0", "DELETE FROM spans"])
async def test_an_index_that_lost_rows_is_made_anew(tmp_path: Path, lost: str) -> None:
    path = tmp_path / "journal.jsonl"
    await write(path, range(40))
    overwrite(tmp_path / "journal.index", lost)
    await holds_all(path, 40)


async def test_an_index_with_damaged_pages_is_made_anew(tmp_path: Path) -> None:
    path, index = tmp_path / "journal.jsonl", tmp_path / "journal.index"
    await write(path, range(2000))
    data = bytearray(index.read_bytes())
    data[-3 * 4096 :] = bytes(3 * 4096)
    index.write_bytes(data)
    await holds_all(path, 2000)


async def test_an_index_that_breaks_in_use_ends_a_run_in_a_line_and_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    await write(path, range(40))
    journal = Journal.open(path)
    overwrite(tmp_path / "journal.index", "DROP TABLE spans")
    for number in range(2):  # no key counts as missing after the first time
        with pytest.raises(IncompleteRun, match="is removed; it is made anew"):
            journal.get(record(number).key)
    await journal.close()
    await holds_all(path, 40)


async def test_a_span_that_is_wrong_is_the_indexs_fault(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    await write(path, range(40))
    overwrite(tmp_path / "journal.index", "UPDATE spans SET offset = offset + 1")
    journal = Journal.open(path)
    with pytest.raises(IncompleteRun, match=r"was damaged .* is removed"):
        journal.get(record(0).key)
    await journal.close()
    await holds_all(path, 40)


async def test_a_folder_in_the_place_of_an_index_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "journal.index").mkdir()
    await write(tmp_path / "journal.jsonl", range(40))
    await holds_all(tmp_path / "journal.jsonl", 40)


async def test_a_record_that_no_journal_reads_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.llm.storage.journal.MOST_LINE", 1000)
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    long = Record("0" * 64, "effect", role="", purpose="", about={"effect": "test"}, result="x" * 1000)
    with pytest.raises(HarnessError, match="a record of a journal"):
        await journal.append(long)
    await journal.append(record(1))
    await journal.close()
    assert b"xxx" not in path.read_bytes()
