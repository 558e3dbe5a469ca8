"""Exports: Parquet that reads back as the frames, a schema that the records keep, no sensitive text."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from harness.records.reading.frames import Frames
from harness.records.reading.parquet import FRAMES
from harness.records.reading.runs import read_runs
from tests.commands import Commands
from tests.records import write_run


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_parquet_reads_back_as_the_frames(tmp_path: Path, command: Commands) -> None:
    write_run(tmp_path / "results", vanilla=(0, 0, 0, 0))
    assert command("export", "out").code == 0
    frames = Frames(read_runs(tmp_path / "results")[0])
    for name in FRAMES:
        back = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        assert list(back.columns) == list(getattr(frames, name).columns)
        assert len(back) == len(getattr(frames, name)) > 0


def test_sensitive_texts_are_digests_and_others_are_not(tmp_path: Path, command: Commands) -> None:
    write_run(tmp_path / "results", sensitive=True, text="PLANTED", tasks=("PLANTED-1", "b", "c", "d"))
    write_run(tmp_path / "results", seed=1, text="open")
    assert command("export", "out").code == 0
    for name in FRAMES:
        assert "PLANTED" not in pd.read_parquet(tmp_path / "out" / f"{name}.parquet").to_json()
    rollouts = pd.read_parquet(tmp_path / "out" / "rollouts.parquet")
    assert rollouts.query("seed == 0").answer.str.startswith("sha256:").all()
    assert set(rollouts.query("seed == 1").answer) == {"open"}


def test_the_schema_describes_what_a_run_leaves(tmp_path: Path, command: Commands) -> None:
    folder = write_run(tmp_path / "results")
    assert command("export", "out").code == 0
    schema = json.loads((tmp_path / "out" / "record.schema.json").read_text())
    for name in ("run.json", "result.json", "lineage.json"):
        assert set(json.loads((folder.path / name).read_text())) <= set(schema["files"][name]["properties"])


def test_a_setting_of_several_kinds_is_text_and_others_keep_their_kind(tmp_path: Path, command: Commands) -> None:
    results = tmp_path / "results"
    write_run(results, seed=0, settings={"threshold": 3, "cluster": "none", "size": 1})
    write_run(results, seed=1, settings={"threshold": "sqrt", "cluster": "kmeans", "size": 2})
    assert command("export", "out").code == 0
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet").sort_values("seed")
    kinds = {name.rpartition(".")[2]: list(runs[name]) for name in runs.columns}
    assert kinds["threshold"] == ["3", "sqrt"]
    assert kinds["cluster"] == ["none", "kmeans"]
    assert kinds["size"] == [1, 2]
