"""Runs read back, and why one may not stand in a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.records.reading.arrays import seeds_by_tasks
from harness.records.reading.checks import problem
from harness.records.reading.frames import Frames
from harness.records.reading.run import Run, read_run
from harness.records.reading.run_columns import COLUMNS
from harness.records.reading.runs import read_runs
from tests.records import write_run


def edited(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return read_run(write_run(tmp_path, vanilla=(0, 0, 1, 0)))


def test_a_run_gives_scores_by_trial_and_task(run: Run) -> None:
    assert run.scores().tolist() == [[1, 0, 1, 0]]
    assert run.scores("training").shape == (0, 4)
    assert run.scores("vanilla").tolist() == [[0, 0, 1, 0]]
    assert [row.answer for row in run.rollouts()][:1] == ["an observation"]
    assert len(list(run.rollouts("train"))) == 2
    assert run.lineage is not None
    assert run.module_text.startswith("learned by fgo")


def test_scores_of_runs_line_up_by_task_whatever_their_order(tmp_path: Path) -> None:
    one = read_run(write_run(tmp_path, seed=0, wins=(1, 0), tasks=("a", "b")))
    two = read_run(write_run(tmp_path, seed=1, wins=(1, 0), tasks=("b", "a")))
    assert np.array_equal(seeds_by_tasks([one, two]), [[1, 0], [0, 1]])


def test_a_sound_record_has_no_problem(run: Run) -> None:
    assert problem(run) == ""


def test_an_unfinished_run_says_why(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path, status="incomplete"))
    assert problem(run) == "incomplete: the provider went away"


def test_an_edited_score_is_found(run: Run) -> None:
    edited(run.folder.path / "result.json", lambda r: r["score"]["test"].update(mean=1.0))  # type: ignore[index]
    assert "score of result.json is not that of the rows" in problem(read_run(run.folder))


def test_an_edited_row_is_found(run: Run) -> None:
    path = run.folder.test
    path.write_text(path.read_text().replace('"score":0.0', '"score":1.0', 1))
    assert "score of result.json is not that of the rows" in problem(read_run(run.folder))


def test_a_task_that_is_not_of_the_split_is_found(run: Run) -> None:
    edited(run.folder.path / "run.json", lambda r: r["splits"]["test"].pop())  # type: ignore[index]
    assert "not those of the split" in problem(read_run(run.folder))


def test_rows_left_out_are_found(run: Run) -> None:
    path = run.folder.test
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    assert "not those of the split" in problem(read_run(run.folder))


@pytest.mark.parametrize("change", [{"seed": 7}, {"identity": {"seed": 0}}])
def test_an_edited_identity_is_found(run: Run, change: dict[str, object]) -> None:
    edited(run.folder.path / "run.json", lambda r: r.update(change))
    assert "tampered" in problem(read_run(run.folder))


@pytest.mark.parametrize(
    ("name", "value"), [("env", "other"), ("method", "other"), ("backbone", "other"), ("seed", 7), ("simulated", False)]
)
def test_a_result_of_another_run_is_found(run: Run, name: str, value: object) -> None:
    edited(run.folder.path / "result.json", lambda r: r.update({name: value}))
    assert f"differ in {name}" in problem(read_run(run.folder))


def test_real_made_of_simulated_is_found(run: Run) -> None:
    edited(run.folder.path / "result.json", lambda r: r.update(simulated=False))
    assert "differ in simulated" in problem(read_run(run.folder))


def test_real_made_of_simulated_everywhere_is_found(tmp_path: Path) -> None:
    models = {"agent": {"model": {"id": "sim/small"}}}
    honest, forged = (read_run(write_run(tmp_path, simulated=simulated, models=models)) for simulated in (True, False))
    assert problem(honest) == ""
    assert problem(forged) == "tampered: its models are simulated, but it says they are not"


def test_half_a_row_is_damage_not_a_crash(run: Run) -> None:
    path = run.folder.test
    path.write_text(path.read_text()[:-40])
    assert "test.jsonl, line 8, is no rollout" in problem(read_run(run.folder))


def test_a_record_of_another_version_comes_apart(tmp_path: Path) -> None:
    good = write_run(tmp_path)
    bad = write_run(tmp_path, seed=1)
    edited(bad.path / "run.json", lambda r: r.update(unknown=1))
    runs, unreadable = read_runs(tmp_path)
    assert [run.id for run in runs] == [good.path.name]
    assert [u.folder.path.name for u in unreadable] == [bad.path.name]


def test_every_column_of_a_run_is_documented_and_holds_tokens_money_budget_and_settings(tmp_path: Path) -> None:
    write_run(tmp_path, vanilla=(0, 0, 0, 0), tokens=1000, usd=0.5)
    write_run(tmp_path, seed=1, status="failed")
    frame = Frames(read_runs(tmp_path)[0]).runs
    undocumented = [name for name in frame.columns if name not in COLUMNS]
    assert all(name.startswith(("method.", "env.")) for name in undocumented)
    assert set(COLUMNS) <= set(frame.columns)
    ended = frame.query("seed == 0").iloc[0]
    assert (ended.tokens_training, ended.tokens_test, ended.tokens_vanilla) == (1115, 73, 63)
    assert (ended.usd_training, ended.usd_test, ended.usd_paid) == (1.0, 0.01, 0.5)
    assert ended["method.steps"] == 6
    failed = frame.query("seed == 1").iloc[0]
    assert failed.status == "failed"
    assert failed.isna()["tokens_training"]
