"""The record: whole or not at all, in the method's own order, and read back as it was written."""

from __future__ import annotations

import asyncio
import errno
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Modules, Performance
from harness.core.errors import ConfigError, HarnessError, IncompleteRun
from harness.records import files
from harness.records.folder import RunFolder
from harness.records.schema import Lineage, ResultRecord, RolloutRow, RunRecord, Score, Seconds, UsageRow
from harness.records.scores import training_scores
from harness.records.spool import TOGETHER, Spool, TextSpool
from harness.records.store import find_run
from harness.run.lab.lineage import LineageBook
from tests.records import write_run


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def row(task: str) -> RolloutRow:
    return RolloutRow(
        purpose="explore",
        scope="",
        agent="training",
        modules="0" * 64,
        task=task,
        category="c",
        trial=0,
        success=True,
        score=1.0,
        answer="é\n",
        steps=[],
        notes={"steps": 3},
        usage=UsageRow(),
    )


async def test_rows_stand_in_the_order_of_their_places_whatever_order_they_came_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "train.jsonl")
    places = [(0, 1, n) for n in range(5)] + [(0, 2, 1, n) for n in range(5)] + [(0, 10, n) for n in range(5)]
    shuffled = places[:]
    random.Random(3).shuffle(shuffled)
    for place in shuffled:
        spool.add(place, lambda place=place: row(str(place)))
    spool.finish()
    assert [r.task for r in RunFolder(tmp_path).rows(tmp_path / "train.jsonl")] == [str(place) for place in places]
    assert names(tmp_path) == ["train.jsonl"]


async def test_rows_are_written_together_or_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.records.spool.SOON", 0.02)
    spool, part = Spool(tmp_path / "train.jsonl"), tmp_path / ".train.jsonl.part"
    added = 0

    def seen() -> int:
        return len(part.read_bytes().splitlines())

    def add(rows: int) -> None:
        nonlocal added
        for number in range(added, added + rows):
            spool.add((0, number), lambda number=number: row(str(number)))
        added += rows

    add(TOGETHER - 1)
    assert seen() == 0
    add(1)
    assert seen() == TOGETHER
    add(1)
    assert seen() == TOGETHER
    await asyncio.sleep(0.2)
    assert seen() == added
    add(2)
    spool.flush()
    assert seen() == added
    add(3)
    spool.finish()
    assert [r.task for r in RunFolder(tmp_path).rows(tmp_path / "train.jsonl")] == [str(n) for n in range(added)]


async def test_a_row_that_cannot_be_made_is_not_left_out_in_silence(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "train.jsonl")

    def broken() -> RolloutRow:
        raise ZeroDivisionError

    for number, make in enumerate([lambda: row("a"), broken, lambda: row("b")]):
        spool.add((0, number), make)
    for call in (spool.flush, spool.flush, lambda: spool.add((9,), lambda: row("c")), spool.finish):
        with pytest.raises(ZeroDivisionError):
            call()
    spool.close()
    assert not names(tmp_path)


async def test_a_disk_that_was_full_once_leaves_no_file_with_a_hole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "train.jsonl")
    write, full = spool._file.write, [True]

    class File:
        def write(self, data: bytes) -> int:
            if full[0]:
                raise OSError(errno.ENOSPC, "no space")
            return write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    real = spool._file
    monkeypatch.setattr(spool, "_file", File())
    spool.add((0,), lambda: row("a"))
    with pytest.raises(IncompleteRun):
        spool.flush()
    full[0] = False
    with pytest.raises(IncompleteRun):
        spool.add((1,), lambda: row("b"))
    with pytest.raises(IncompleteRun):
        spool.finish()


async def test_a_spool_that_is_closed_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "train.jsonl")
    spool.add((1,), lambda: row("a"))
    spool.close()
    assert not names(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    files.write_atomically(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(HarnessError, match="disk is full"):
        files.write_atomically(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["result.json"]


def result(run_id: str = "abc123") -> ResultRecord:
    return ResultRecord(
        run_id=run_id,
        env="e",
        method="m",
        backbone="sim",
        seed=0,
        simulated=True,
        generated_data=True,
        status="finished",
        score={"test": Score(mean=0.5, n=2, by_category={"c": Score(mean=0.5, n=2)})},
        usage={"test": {"agent": UsageRow(calls=2, usd=None)}},
        usage_vanilla={},
        seconds=Seconds(wall=1.0, critical_path=2.0),
        optimizer_calls=1,
        merge_calls=0,
        module="0" * 64,
        truncated_steps=0,
        unread_answers=0,
        leaks=0,
    )


def test_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    modules = Modules.of_instruction("learned é")
    book = LineageBook()
    book.add((0, 1), "", kind="explore", made=modules, performance=Performance({"a": 1.0}, {"a": "c"}))
    lineage = book.lineage(modules)
    folder.write_results(result(), lineage, modules=book.modules)
    assert folder.read_result() == result()
    assert folder.read_lineage() == lineage == Lineage.model_validate(lineage.model_dump())
    assert folder.read_modules(modules.digest) == dict(modules.parts)
    assert (tmp_path / "module.txt").read_text() == "learned é\n"


def test_a_record_of_another_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(result().model_dump_json().replace('"seed":0', '"seed":"x"'))
    with pytest.raises(HarnessError, match=r"result\.json is not a record of this version: seed"):
        RunFolder(tmp_path).read_result()


def test_a_record_of_the_last_version_is_read_as_one_of_this(tmp_path: Path) -> None:
    for name in ("run.json", "result.json"):
        path = write_run(tmp_path).path / name
        content = json.loads(path.read_text())
        now = RunFolder(path.parent)
        read = now.read_run() if name == "run.json" else now.read_result()
        if name == "run.json":
            del content["environment"]["data_checksum"]
        path.write_text(json.dumps({**content, "schema_version": 1}))
        again = now.read_run() if name == "run.json" else now.read_result()
        assert read is not None
        if isinstance(read, RunRecord):
            read = read.model_copy(update={"environment": read.environment.model_copy(update={"data_checksum": ""})})
        assert again == read


@pytest.mark.parametrize("version", [0, 4, "3", None, True, [], 10**30])
def test_a_record_of_another_schema_is_named(version: object, tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    path = folder.path / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": version}))
    with pytest.raises(HarnessError, match=r"run\.json is not a record of this version: it has schema version"):
        folder.read_run()


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    for run_id in ("abc1", "abd2"):
        folder = RunFolder.of(tmp_path, "e", method="m", backbone="sim", run_id=run_id)
        folder.create()
        (folder.path / "run.json").write_text("{}")
    assert find_run("abd", tmp_path).path.name == "abd2"
    assert find_run(str(folder.path), tmp_path).path == folder.path
    with pytest.raises(ConfigError, match="abc1, abd2"):
        find_run("ab", tmp_path)
    with pytest.raises(ConfigError, match="no run 'x'"):
        find_run("x", tmp_path)


def test_scores_pool_over_rollouts_not_over_means() -> None:
    scores = [Score(mean=1.0, n=1, by_category={"a": Score(mean=1.0, n=1)}), Score(mean=0.0, n=3, by_category={})]
    pooled = Score.pool(scores)
    assert (pooled.mean, pooled.n, pooled.by_category["a"].n) == (0.25, 4, 1)
    assert Score.pool([]) == Score(mean=0.0, n=0)


def test_training_scores_are_the_last_exploration_of_each_scope_and_the_last_backtest() -> None:
    book = LineageBook()
    modules = Modules.of_instruction("m")

    def measured(place: tuple[int, ...], scope: str, kind: str, score: float) -> None:
        performance = Performance({f"{place}": score}, {f"{place}": "c"})
        book.add(place, scope, kind=kind, made=modules, performance=performance)

    measured((0, 2, 2), "b", "explore", 1.0)
    measured((0, 1, 3), "a", "explore", 1.0)
    measured((0, 1, 1), "a", "explore", 0.0)
    measured((0, 3, 1), "merge", "backtest", 0.5)
    measured((0, 1, 4), "a", "backtest", 0.0)
    scores = training_scores(book.events())
    assert (scores["train"].mean, scores["train"].n, scores["backtest"].mean) == (1.0, 2, 0.5)


def test_several_files_that_find_no_place_are_told_by_the_first_reason() -> None:
    reasons = [("a", "b", "[Errno 28] No space left on device"), ("c", "d", "[Errno 28] No space left on device")]
    with pytest.raises(IncompleteRun) as caught, files.told():
        raise shutil.Error(reasons)
    assert str(caught.value) == "cannot write: [Errno 28] No space left on device; check the disk"


async def test_a_row_that_no_reader_takes_is_refused_with_its_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.records.spool.MOST_LINE", 1000)
    spool = Spool(tmp_path / "train.jsonl")
    spool.add((0, 1, 0), lambda: row("x" * 1000))
    with pytest.raises(ConfigError, match="of task 'xxx"):
        spool.flush()
    with pytest.raises(ConfigError):
        spool.finish()
    spool.close()
    assert names(tmp_path) == []


def test_a_text_that_no_reader_takes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.records.spool.MOST_LINE", 1000)
    spool = TextSpool(tmp_path / "texts.jsonl")
    spool.add("x" * 900)
    with pytest.raises(ConfigError, match="a text that begins with 'yyy"):
        spool.add("y" * 1000)
    spool.finish()
