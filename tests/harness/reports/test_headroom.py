"""Headroom: the untouched agent against modules that hold what there is to know, on the same tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.domain import Usage
from harness.records.reading.runs import read_runs
from harness.reports.headroom import Headroom, Reference
from harness.stats.paired import compare_paired
from tests.commands import Commands


def found(untouched: list[float], **references: list[float]) -> Headroom:
    compared = tuple(
        Reference(name, sum(scores) / len(scores), compare_paired(scores, untouched))
        for name, scores in references.items()
    )
    mean = sum(untouched) / len(untouched)
    return Headroom("e", "b", simulated=True, tasks=len(untouched), mean=mean, references=compared, usage=Usage())


def test_a_reference_that_is_better_shows_room_to_learn() -> None:
    assert found([0.0] * 20 + [1.0] * 4, rulebook=[1.0] * 24).verdict == "room to learn"
    assert found([0.0] * 24, weak=[0.0] * 24, strong=[1.0] * 24).verdict == "room to learn"


def test_an_agent_that_solves_95_percent_untouched_is_saturated() -> None:
    assert found([1.0] * 19 + [0.0], rulebook=[1.0] * 20).verdict == "saturated"
    assert found([1.0] * 20).verdict == "saturated"


def test_no_reference_that_is_better_is_out_of_reach() -> None:
    assert found([0.0] * 24, rulebook=[0.0] * 23 + [1.0]).verdict == "out of reach for this model"
    assert found([1.0] * 12 + [0.0] * 12, rulebook=[0.0] * 24).verdict == "out of reach for this model"


def test_without_references_nothing_is_known() -> None:
    assert found([0.0] * 24).verdict == "unknown"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_both_play_the_same_tasks_once(command: Commands, tmp_path: Path) -> None:
    words = ("headroom", "env=logisticsqa", "env.size=short", "tasks=4")
    first = command(*words)
    assert first.code == 0, first.err
    assert "rulebook" in first.out
    assert "4 test tasks (SIMULATED MODEL)" in first.out
    assert "verdict: " in first.out
    runs, _ = read_runs(tmp_path / "results" / "headroom")
    assert len(runs) == 2
    assert runs[0].test_tasks == runs[1].test_tasks
    assert len(runs[0].test_tasks) == 4
    assert len({run.scored.module for run in runs}) == 2
    assert command(*words).out == first.out
    assert [len(run.record.sessions) for run in read_runs(tmp_path / "results" / "headroom")[0]] == [1, 1]


def test_an_environment_without_references_says_so(command: Commands) -> None:
    done = command("headroom", "env=gaia", "tasks=2", "method.name=vanilla")
    assert done.code == 0, done.err
    assert "verdict: " in done.out


@pytest.mark.parametrize("tasks", ["1", "0", "-3", "x", "9" * 5000, "²"])
def test_a_wrong_number_of_tasks_is_refused_first(tasks: str, command: Commands, tmp_path: Path) -> None:
    assert command("headroom", "env=logisticsqa", f"tasks={tasks}").code == 2
    assert not (tmp_path / "results").exists()
