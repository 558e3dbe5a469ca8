"""Question, truth and messages of rollouts in frames and in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.main import run
from harness.records.reading.frames import Frames
from harness.records.reading.runs import read_runs, readable
from harness.records.schema import RolloutRow
from tests.records import write_rows, write_run


def test_frames_hold_question_truth_and_messages(tmp_path: Path) -> None:
    write_run(tmp_path, text="seen")
    frames = Frames(read_runs(tmp_path)[0])
    test = frames.rollouts.query("split == 'test'")
    assert list(test["query"]) == [f"where is it? {task}" for task in test.task]
    assert list(test.truth) == [f"truth of {task}" for task in test.task]
    said = frames.messages.query("split == 'test' and rollout == 2")
    assert list(said.speaker) == ["system", "user", "assistant", "tool", "assistant"]
    assert list(said.content[1:]) == ["where is it? task-2\nseen", "I look. seen\nlook({})", "seen", "found seen"]


def test_show_prints_question_and_truth_and_on_demand_every_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path, text="seen")
    words = ["show", folder.path.name, "--results", str(tmp_path), "--trajectory", "task-2"]
    assert run(words) == 0
    said = capsys.readouterr().out
    assert "where is it? task-2" in said
    assert "truth of task-2" in said
    assert "found seen" not in said
    assert run([*words, "--messages"]) == 0
    assert "found seen" in capsys.readouterr().out


def test_a_record_of_an_earlier_version_is_read_without_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path)
    for path in (folder.train, folder.test):
        rows = [row.model_dump(exclude={"texts"}) for row in folder.rows(path)]
        write_rows(path, [RolloutRow.model_validate(row) for row in rows])
    folder.texts.unlink()
    frames = Frames(readable(read_runs(tmp_path)[0])[0])
    assert frames.rollouts["query"].isna().all()
    assert frames.messages.empty
    words = ["show", folder.path.name, "--results", str(tmp_path), "--trajectory", "task-2"]
    assert run(words) == 0
    assert run([*words, "--messages"]) == 2
    assert "holds no messages" in capsys.readouterr().err


def test_a_run_whose_texts_are_damaged_stands_apart(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    folder.texts.write_text(folder.texts.read_text().replace("truth of", "lie about"))
    (apart,) = readable(read_runs(tmp_path)[0])[1]
    assert "is not the one that this key stands for" in apart.reason
