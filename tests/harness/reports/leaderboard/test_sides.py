"""Two runs or two methods, task by task."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.reports.leaderboard.sides import compare_sides, find_side
from tests.commands import Commands
from tests.records import write_run


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for seed in range(3):
        write_run(folder, "fgo", seed, (1, 1, 1, 1, 1, 1, 1, 0))
        write_run(folder, "all_at_once", seed, (0, 0, 0, 0, 0, 0, 0, 1))
    return folder


def test_two_runs_are_trained_agents(results: Path) -> None:
    a, b = (write_run(results, name, 5, wins).path.name for name, wins in (("x", (1, 1, 0, 0)), ("y", (0, 1, 0, 1))))
    found = compare_sides(find_side(a, results), find_side(b[:8], results))
    assert found.methods is None
    assert (found.by_task.wins, found.by_task.losses, found.by_task.ties) == (1, 1, 2)
    assert found.by_task.p_value == 1.0
    assert [(flip.task, flip.a, flip.b) for flip in found.flips] == [("task-0", 1, 0), ("task-3", 0, 1)]


def test_two_methods_are_compared_over_seeds(results: Path) -> None:
    found = compare_sides(find_side("fgo", results), find_side("all_at_once", results))
    assert found.methods is not None
    assert found.methods.difference == pytest.approx(6 / 8)
    assert (found.by_task.wins, found.by_task.losses) == (7, 1)
    assert not found.notes


def test_a_row_of_that_very_name_is_meant_and_not_the_others_of_its_method(tmp_path: Path) -> None:
    plain = write_run(tmp_path, "fgo", 0)
    write_run(tmp_path, "fgo", 0, settings={"cluster": "none"})
    assert [run.folder.path for run in find_side("fgo", tmp_path).runs] == [plain.path]
    write_run(tmp_path, "fgo", 0, settings={"cluster": "spectral"}, backbone="other")
    with pytest.raises(ConfigError, match="may mean several rows"):
        find_side("fgo", tmp_path)


def test_only_shared_tasks_count_and_it_is_said(results: Path) -> None:
    a = write_run(results, "x", 0, (1, 1, 0), tasks=("p", "q", "r"))
    b = write_run(results, "y", 0, (0, 0), tasks=("r", "q"))
    found = compare_sides(find_side(str(a.path), results), find_side(str(b.path), results))
    assert found.tasks == 2
    assert found.notes == ("compared on the 2 tasks that both were tested on",)


def test_what_cannot_be_compared_is_refused(results: Path) -> None:
    real = find_side(str(write_run(results, "x", 0, simulated=False).path), results)
    with pytest.raises(ConfigError, match="simulated model and a real one"):
        compare_sides(real, find_side("fgo", results))
    other = find_side(str(write_run(results, "x", 1, tasks=("m", "n"), wins=(1, 0)).path), results)
    with pytest.raises(ConfigError, match="share no test task"):
        compare_sides(other, find_side("fgo", results))
    with pytest.raises(ConfigError, match=r"methods there are: .*fgo"):
        find_side("nothing", results)
    unfinished = write_run(results, "x", 2, status="incomplete")
    with pytest.raises(ConfigError, match="cannot be compared: incomplete"):
        find_side(str(unfinished.path), results)


def test_the_command_tells_the_verdict(results: Path, command: Commands) -> None:
    shown = command("compare", "fgo", "all_at_once")
    assert shown.code == 0, shown.err
    assert "A wins 7, loses 1, ties 0" in shown.out
    assert "is this method better?" in shown.out
    assert json.loads(command("compare", "fgo", "all_at_once", "--json").out)["by_task"]["wins"] == 7
