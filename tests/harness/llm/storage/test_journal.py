import asyncio
import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.core.domain import Usage
from harness.core.errors import HarnessError
from harness.core.messages import Answer, ToolCall
from harness.llm.storage.journal import Journal, MissingRecord
from harness.llm.storage.journal_file import line_of
from harness.llm.storage.records import Record, encode, read_answer, write_answer

texts = st.text(st.characters(), max_size=40)  # lone surrogates and line ends too
json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
usages = st.builds(Usage, *[st.integers(0, 10**6)] * 5, st.none() | st.floats(0, 10), st.floats(0, 100))
answers = st.builds(
    Answer,
    text=texts,
    usage=usages,
    finish=st.sampled_from(["stop", "length", "tool_calls", "filter"]),
    tool_calls=st.lists(st.builds(ToolCall, texts, texts, texts), max_size=2).map(tuple),
    snapshot=texts,
)


def record(number: int, result: object = "x") -> Record:
    return Record(f"{number:064x}", "effect", role="", purpose="", about={"effect": "test"}, result=result)


def answered(answer: Answer, role: str = "agent") -> Record:
    about = {"model": "m", "trial": 0, "attempt": 0}
    return Record("f" * 64, "answer", role=role, purpose="test", about=about, result=write_answer(answer))


async def write(path: Path, records: list[Record]) -> None:
    journal = Journal.open(path)
    for each in records:
        await journal.append(each)
    await journal.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(results=st.lists(json_like, max_size=6), answer=answers)
async def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, results: list, answer: Answer):
    path = tmp_path_factory.mktemp("run") / "journal.jsonl"
    records = [record(number, result) for number, result in enumerate(results)]
    records.append(answered(answer))
    await write(path, records)
    journal = Journal.open(path)
    assert [journal.get(key) for key in journal.keys()] == records  # noqa: SIM118
    assert read_answer(journal.get("f" * 64).result) == answer
    assert journal.notes == ()
    await journal.close()


async def test_an_append_is_durable_when_it_returns(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    await journal.append(record(1))
    assert Journal.open(path, read_only=True).get(record(1).key) == record(1)
    await journal.close()


async def test_a_torn_end_is_cut_off_at_every_byte(tmp_path: Path):
    whole = tmp_path / "whole.jsonl"
    await write(whole, [record(1), record(2, "last")])
    data = whole.read_bytes()
    last = data.rindex(b"\n", 0, -1) + 1
    for end in range(last + 1, len(data)):
        path = tmp_path / "torn.jsonl"
        path.write_bytes(data[:end])
        journal = Journal.open(path)
        assert journal.keys() == [record(1).key]
        assert f"dropped {end - last} bytes" in journal.notes[0]
        await journal.append(record(2, "last"))
        await journal.close()
        assert path.read_bytes() == data


@pytest.mark.parametrize("end", [0, 1, 10, 20])
async def test_a_torn_header_begins_afresh(tmp_path: Path, end: int):
    path = tmp_path / "journal.jsonl"
    await write(path, [])
    path.write_bytes(path.read_bytes()[:end])
    await write(path, [record(1)])
    assert len(Journal.open(path, read_only=True)) == 1


async def test_a_flipped_bit_is_never_believed(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, [record(number, "result") for number in range(3)])
    data = path.read_bytes()
    last = data.rindex(b"\n", 0, -1) + 1
    for at in range(0, len(data), 3):
        damaged = bytearray(data)
        damaged[at] ^= 1 << at % 8
        path.write_bytes(damaged)
        if at < last - 1:
            with pytest.raises(HarnessError, match="damaged: line"):
                Journal.open(path)
        else:
            journal = Journal.open(path)
            assert 1 <= len(journal) <= 2
            assert journal.notes
            await journal.close()


async def test_damage_while_in_use_is_seen(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    await journal.append(record(1, "result"))
    path.write_bytes(path.read_bytes().replace(b"result", b"RESULT"))
    with pytest.raises(HarnessError, match="damaged"):
        journal.get(record(1).key)
    await journal.close()


async def test_a_second_process_gets_one_clear_line(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    with pytest.raises(HarnessError, match="being run by another process"):
        Journal.open(path)
    await journal.close()
    await Journal.open(path).close()


async def test_the_first_write_wins(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    await asyncio.gather(journal.append(record(1, "first")), journal.append(record(1, "second")))
    await journal.append(record(1, "third"))
    assert journal.get(record(1).key).result == "first"
    await journal.close()
    assert len(path.read_bytes().splitlines()) == 2


async def test_concurrent_appends_share_an_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    syncs = []
    monkeypatch.setattr("harness.llm.storage.journal_file.sync", lambda fd: syncs.append(os.fsync(fd)))
    journal = Journal.open(tmp_path / "journal.jsonl")
    syncs.clear()
    await asyncio.gather(*(journal.append(record(number)) for number in range(100)))
    assert len(journal) == 100
    assert len(syncs) <= 2
    await journal.close()


@pytest.mark.parametrize(
    ("code", "says"), [(errno.ENOSPC, "disk is full"), (errno.EIO, r"cannot write \(Input/output error\)")]
)
async def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    await journal.append(record(1))
    before = path.read_bytes()
    real = os.pwrite

    def short(fd: int, data: bytes, at: int) -> int:
        if at >= len(before) + 20:
            raise OSError(code, "no")
        return real(fd, bytes(data)[:20], at)

    monkeypatch.setattr(os, "pwrite", short)
    results = await asyncio.gather(*(journal.append(record(n)) for n in (2, 3)), return_exceptions=True)
    assert all(isinstance(result, HarnessError) for result in results)
    monkeypatch.undo()
    with pytest.raises(HarnessError, match=says):
        await journal.append(record(4))
    assert journal.get(record(1).key) == record(1)
    assert journal.get(record(2).key) is None
    await journal.close()
    assert path.read_bytes() == before
    await write(path, [record(2)])
    assert len(Journal.open(path, read_only=True)) == 2


async def test_a_cancelled_waiter_does_not_stop_the_write(tmp_path: Path):
    journal = Journal.open(tmp_path / "journal.jsonl")
    waiter = asyncio.create_task(journal.append(record(1)))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await journal.close()
    assert len(Journal.open(tmp_path / "journal.jsonl", read_only=True)) == 1


async def test_a_replay_changes_nothing_and_a_miss_raises(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, [record(1)])
    with path.open("ab") as stream:
        stream.write(b"torn")
    before = path.read_bytes()
    journal = Journal.open(path, read_only=True)
    assert journal.notes
    with pytest.raises(MissingRecord):
        journal.get(record(2).key)
    with pytest.raises(MissingRecord):
        await journal.append(record(2))
    await journal.close()
    assert path.read_bytes() == before
    with pytest.raises(HarnessError, match="cannot open the journal"):
        Journal.open(tmp_path / "none.jsonl", read_only=True)


async def test_a_line_leaves_out_what_is_usual(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    await write(path, [answered(Answer("yes", Usage(1, 10, completion=2)))])
    line = path.read_bytes().splitlines()[1][9:]
    usage = {"prompt": 10, "completion": 2}
    fields = {"key": "f" * 64, "purpose": "test", "about": {"model": "m"}, "result": {"text": "yes", "usage": usage}}
    assert json.loads(line) == fields


async def test_a_journal_of_version_1_is_read_and_goes_on_as_one_of_this_version(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    earlier = answered(Answer("", Usage(1, usd=None, seconds=0.5), "filter"), role="evaluator")
    path.write_bytes(line_of(b'{"journal":1}') + line_of(encode(earlier)))
    before = path.read_bytes()
    assert Journal.open(path, read_only=True).get(earlier.key) == earlier
    assert path.read_bytes() == before
    await write(path, [record(1)])
    assert path.read_bytes().startswith(line_of(b'{"journal":2}') + line_of(encode(earlier)))
    journal = Journal.open(path, read_only=True)
    assert list(journal.records()) == [earlier, record(1)]


def test_a_later_schema_is_refused(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(line_of(b'{"journal":99}'))
    with pytest.raises(HarnessError, match="schema 99"):
        Journal.open(path)
