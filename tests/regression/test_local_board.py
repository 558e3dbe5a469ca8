"""The committed board of a real model: every record is verified, and the README shows what the records say."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.records.reading.runs import read_runs
from tests.commands import Commands
from tests.conftest import ROOT

BOARD = ROOT / "results" / "local"
RUNS = sorted(path.parent for path in BOARD.glob("runs/*/*/*/*/result.json"))
LARGEST = 20_000_000
METHODS = {"vanilla", "all_at_once", "batch_wise", "bootstrapping", "fgo"}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_the_board_is_whole_real_and_small() -> None:
    runs, unreadable = read_runs(BOARD)
    assert not unreadable
    assert len(runs) == len(RUNS)
    for env in {run.env for run in runs}:
        of_env = [(run.method, run.seed) for run in runs if run.env == env]
        assert sorted(of_env) == sorted((method, seed) for method in METHODS for seed in (0, 1, 2))
    assert not any(run.record.simulated for run in runs)
    files = [path for path in BOARD.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < LARGEST
    assert not [path for path in files if "/home/" in path.read_text("utf-8") or "/root/" in path.read_text("utf-8")]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: "-".join(run.parts[-4:-2] + run.parts[-1:]))
def test_every_record_of_the_board_follows_from_its_journal(run: Path, command: Commands) -> None:
    if "reasoning_gym" in run.parts:
        pytest.importorskip("reasoning_gym", reason="needs the extra reasoning-gym")
    done = command("verify", str(run))
    assert done.code == 0, done.out + done.err


def test_the_readme_shows_the_board(command: Commands) -> None:
    done = command("leaderboard", str(BOARD), "--markdown")
    assert done.code == 0, done.err
    ranked = [part for part in done.out.split("## ") if "success in %" in part.partition("\n")[0]]
    rows = [line for part in ranked for line in part.splitlines() if line.startswith("| ")]
    shown = (ROOT / "README.md").read_text("utf-8")
    assert len(ranked) == len({run.parts[-4] for run in RUNS})
    assert [row for row in rows if row not in shown] == []
