"""A stranger's record: bounded, read from its own folder alone, and no harm to the records beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import ConfigError, HarnessError
from harness.records.bounds import DEEPEST
from harness.records.folder import RunFolder
from harness.records.inside import lines_inside, read_inside
from harness.records.reading.checks import problem
from harness.records.reading.run import read_run
from harness.records.reading.runs import read_runs, readable
from harness.records.run_id import run_id
from harness.records.store import find_run
from harness.reports.leaderboard.boards import leaderboards
from tests.records import write_run


def edit(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def edit_row(path: Path, **values: Any) -> None:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0].update(values)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


ROWS: list[dict[str, Any]] = [
    {"score": 10**30},
    {"score": -0.1},
    {"score": "1"},
    {"score": True},
    {"category": ["c"]},
    {"trial": 10**8},
    {"trial": -1},
    {"steps": [{"action": 1}]},
    {"usage": {"prompt": 2**64}},
    {"usage": {"usd": float("inf")}},
    {"notes": {"a": {"b": 1}}},
    {"modules": "../../etc/passwd"},
    {"task": "x" * 5000},
    {"success": 1},
    {"strange": 1},
]


@pytest.mark.parametrize("values", ROWS, ids=str)
def test_a_row_beyond_the_schema_sets_its_run_apart_and_no_other(values: dict[str, Any], tmp_path: Path) -> None:
    sound, bad = write_run(tmp_path, "sound"), write_run(tmp_path, "bad")
    edit_row(bad.test, **values)
    found = leaderboards(tmp_path)
    assert [row.method for board in found.boards for row in board.rows] == ["sound"]
    assert [(run.run_id, "test.jsonl, line 1, is no rollout" in run.reason) for run in found.apart] == [
        (bad.path.name, True)
    ]
    assert not problem(read_run(sound))


FILES: list[tuple[str, Callable[[Any], None]]] = [
    ("run.json", lambda r: r["identity"].update(trials=10**8)),
    ("run.json", lambda r: r["identity"].update(trials=True)),
    ("run.json", lambda r: r.update(config=nested(DEEPEST + 1))),
    ("run.json", lambda r: r["config"].update(n=10**30)),
    ("run.json", lambda r: r.update(seed=2**63)),
    ("run.json", lambda r: r["splits"].update(test=r["splits"]["test"] * 2)),
    ("run.json", lambda r: r["sessions"][0].update(started="not a date")),
    ("run.json", lambda r: r["sessions"][0].update(seconds=1e300)),
    ("result.json", lambda r: r["score"].update(run_id=r["score"]["test"])),
    ("result.json", lambda r: r["score"]["test"].update(mean=1e308)),
    ("result.json", lambda r: r["score"]["test"]["by_category"]["Pick"].update(by_category={"x": {"mean": 0, "n": 0}})),
    ("result.json", lambda r: r["seconds"].update(wall=1e300)),
    ("result.json", lambda r: r.update(module="../../x")),
]


@pytest.mark.parametrize("number", range(len(FILES)))
def test_a_file_beyond_the_schema_sets_its_run_apart_and_no_other(number: int, tmp_path: Path) -> None:
    name, change = FILES[number]
    write_run(tmp_path, "sound")
    bad = write_run(tmp_path, "bad")
    edit(bad.path / name, change)
    if name == "run.json":  # what a stranger would do: let the id follow
        content = json.loads((bad.path / name).read_text())
        for file in ("run.json", "result.json"):
            edit(bad.path / file, lambda record: record.update(run_id=run_id(content["identity"])))
    found = leaderboards(tmp_path)
    assert [row.method for board in found.boards for row in board.rows] == ["sound"]
    assert len(found.apart) == 1


def test_two_folders_of_one_run_count_once(tmp_path: Path) -> None:
    folder = write_run(tmp_path, "m")
    copy = RunFolder(tmp_path / "runs/toy/a/sim/another")  # before it in order
    copy.path.mkdir(parents=True)
    for path in folder.path.glob("*.json*"):
        (copy.path / path.name).write_bytes(path.read_bytes())
    runs, apart = read_runs(tmp_path)
    assert [run.folder.path for run in runs] == [folder.path]
    assert [(bad.folder.path, bad.reason) for bad in apart] == [
        (copy.path, f"counted once: {folder.path} holds run {folder.path.name} as well")
    ]


def test_an_id_that_two_folders_bear_names_both(tmp_path: Path) -> None:
    folder = write_run(tmp_path, "m")
    copy = tmp_path / "runs/toy/a/sim" / folder.path.name
    copy.mkdir(parents=True)
    (copy / "run.json").write_text("{}")
    with pytest.raises(ConfigError, match=rf"may mean several runs: {copy}, {folder.path}"):
        find_run(folder.path.name, tmp_path)


@pytest.mark.parametrize("name", ["run.json", "result.json", "test.jsonl", "lineage.json", "module.txt"])
def test_links_pipes_and_folders_are_not_read(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0")
    for place, stand_in in enumerate((lambda p: p.symlink_to(secret), os.mkfifo, Path.mkdir)):
        folder = write_run(tmp_path / str(place))
        path = folder.path / name
        path.unlink()
        stand_in(path)
        with pytest.raises(HarnessError, match=r"a link|no regular file"):
            read_inside(folder.path, name)


def test_modules_behind_a_linked_folder_are_not_read(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    digest = read_run(folder).scored.module
    assert folder.read_modules(digest)
    (folder.path / "modules").rename(tmp_path / "elsewhere")
    (folder.path / "modules").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HarnessError, match="a link"):
        folder.read_modules(digest)
    with pytest.raises(HarnessError, match="no digest"):
        folder.read_modules("../../../etc/passwd")


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_bytes(b"{}\n" + b" " * 100)
    with pytest.raises(HarnessError, match=r"line 2: longer"):
        list(lines_inside(tmp_path, "test.jsonl", most=50))
    with pytest.raises(HarnessError, match="larger"):
        read_inside(tmp_path, "test.jsonl", most=50)


def test_a_linked_run_is_left_out(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "private", "m")
    place = tmp_path / "results/runs/toy/m/sim"
    place.mkdir(parents=True)
    (place / "0123456789ab").symlink_to(folder.path)
    assert read_runs(tmp_path / "results") == ([], [])


def test_a_damaged_training_comes_apart_where_all_is_read(tmp_path: Path) -> None:
    sound, bad = write_run(tmp_path, "sound"), write_run(tmp_path, "bad")
    bad.train.write_text("{")
    runs, apart = readable(read_runs(tmp_path)[0])
    assert [run.folder.path for run in runs] == [sound.path]
    assert "train.jsonl, line 1" in apart[0].reason


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a\0b"])
def test_no_name_leads_out_of_the_results(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot name a folder"):
        RunFolder.of(tmp_path, "env", method="method", backbone=name, run_id="0123456789ab")
