"""A record says with which files a run was made, and not in which folders of which machine they lie."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.records.places import without_folders, without_places
from tests.commands import Commands

CONFIG = {
    "env": {"data_dir": "/home/me/invoices", "size": "a/b"},
    "local": {"gguf": "~/m.gguf", "threads": 2},
    "dir": 3,
}


def test_places_keep_their_last_part_and_nothing_else_changes() -> None:
    named = {"env": {"data_dir": "invoices", "size": "a/b"}, "local": {"gguf": "m.gguf", "threads": 2}, "dir": 3}
    assert without_folders(CONFIG) == named
    assert without_places(CONFIG) == {"env": {"size": "a/b"}, "local": {"threads": 2}}


def test_no_folder_of_a_run_stands_in_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Commands(tmp_path, monkeypatch, capsys)
    (tmp_path / "mine.txt").write_text("Look in the drawers.")
    given = (f"env.initial_module={tmp_path / 'mine.txt'}", f"results_dir={tmp_path / 'out'}")
    assert command("method=vanilla", "baseline=false", "env.test_size=2", *given).code == 0
    (run,) = tmp_path.glob("out/runs/*/*/*/*/run.json")
    assert str(tmp_path) not in run.read_text("utf-8")
    assert json.loads(run.read_text("utf-8"))["config"]["env"]["initial_module"] == "mine.txt"
    assert command("verify", str(run.parent)).code == 0
    assert command("replay", str(run.parent)).code == 0
