"""A run that is watched while it goes on, and when it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.records.folder import RunFolder
from harness.reports.watching import Tail, Watch
from tests.commands import Commands
from tests.records import write_run

ANSWER = (
    b'00000000 {"key":"k","kind":"answer","role":"agent","purpose":"explore","about":{},"result":{"text":"",'
    b'"usage":{"calls":1,"prompt":100,"cached":0,"completion":10,"reasoning":0,"usd":0.25,"seconds":1.0}}}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    """Yield a run at work: its rows lie in the files that it writes to, and a process holds it."""
    folder = write_run(tmp_path / "results", wins=(1, 0, 1, 0), train=(0, 1))
    for path in (folder.train, folder.test):
        path.rename(path.with_name(f".{path.name}.part"))
    record = folder.read_run()
    assert record is not None
    folder.write_run(record.model_copy(update={"status": "running"}))
    folder.journal.write_bytes(b'00000000 {"journal":1}\n' + ANSWER)
    with folder.lock():
        yield folder


def test_a_run_at_work_shows_its_scores_and_what_it_spent(folder: RunFolder) -> None:
    watch = Watch(folder)
    watch.refresh()
    means = {(point.purpose, point.agent): point.mean for point in watch.points.values()}
    assert means["test", "trained"] == 0.5
    assert means["explore", "training"] == 0.5
    assert watch.status == "running"
    (usage,) = watch.spent.values()
    assert (usage.calls, usage.prompt, usage.usd) == (1, 100, 0.25)


def test_what_is_new_is_added_once_and_half_a_line_waits(folder: RunFolder) -> None:
    watch = Watch(folder)
    watch.refresh()
    with folder.journal.open("ab") as journal:
        journal.write(ANSWER + ANSWER[:40])
    watch.refresh()
    watch.refresh()
    assert watch.spent["explore", "agent"].usd == 0.5
    with folder.journal.open("ab") as journal:
        journal.write(ANSWER[40:])
    watch.refresh()
    assert watch.spent["explore", "agent"].calls == 3


def test_a_file_that_is_not_there_yet_has_no_lines(tmp_path: Path) -> None:
    assert list(Tail().lines(tmp_path / "nothing")) == []


@pytest.mark.parametrize(
    "line", [b"00000000 {\n", b"no journal\n", b"00000000 []\n", b'00000000 {"kind":"answer","result":{"usage":7}}\n']
)
def test_a_line_that_is_no_answer_changes_nothing(line: bytes, folder: RunFolder) -> None:
    with folder.journal.open("ab") as journal:
        journal.write(line)
    watch = Watch(folder)
    watch.refresh()
    assert sum(usage.calls for usage in watch.spent.values()) == 1


def test_the_command_prints_where_a_run_stands(
    folder: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Commands(tmp_path, monkeypatch, capsys)("watch", folder.path.name, "--once")
    assert done.code == 0, done.err
    assert "running" in done.out
    assert "50 (4)" in done.out
    assert "0.25" in done.out


def test_a_run_that_starts_again_counts_each_rollout_once(folder: RunFolder) -> None:
    watch = Watch(folder)
    watch.refresh()
    part = folder.test.with_name(f".{folder.test.name}.part")
    again = part.with_name("again")
    again.write_bytes(part.read_bytes())
    again.replace(part)
    watch.refresh()
    assert [len(point.scores) for point in watch.points.values() if point.purpose == "test"] == [4]
    part.rename(folder.test)
    watch.refresh()
    assert [len(point.scores) for point in watch.points.values() if point.purpose == "test"] == [4]


def test_a_run_whose_process_died_is_not_watched_for_ever(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "results")
    record = folder.read_run()
    assert record is not None
    folder.write_run(record.model_copy(update={"status": "running"}))
    assert Watch(folder).status == "incomplete"
