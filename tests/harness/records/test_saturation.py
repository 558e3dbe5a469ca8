"""Whether anything was left to learn, and which versions may be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import run as command
from harness.core.domain import Modules, Performance
from harness.core.errors import ConfigError
from harness.records.folder import RunFolder
from harness.records.scores import is_saturated, training_scores
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.sides import compare_sides, find_side
from harness.run.lab.lineage import LineageBook
from tests.records import write_run


def explored(book: LineageBook, number: int, scope: str, modules: Modules, scores: list[float]) -> None:
    performance = Performance(
        {f"{scope}-{n}": score for n, score in enumerate(scores)},
        dict.fromkeys((f"{scope}-{n}" for n in range(len(scores))), "c"),
    )
    book.add((0, number), scope, kind="explore", made=modules, performance=performance)


def test_before_is_the_first_exploration_of_each_scope_with_the_initial_modules() -> None:
    book, initial, better = LineageBook(), Modules.of_instruction("initial"), Modules.of_instruction("better")
    book.add((0,), "", kind="initial", made=initial)
    explored(book, 1, "subset-1", initial, [1.0, 1.0, 1.0])
    explored(book, 2, "subset-2", initial, [1.0, 0.0])
    explored(book, 3, "subset-1", initial, [0.0, 0.0, 0.0])
    explored(book, 4, "subset-3", better, [0.0])
    scores = training_scores(book.events())
    assert (scores["before"].mean, scores["before"].n) == (0.8, 5)
    assert not is_saturated(scores)


@pytest.mark.parametrize(("solved", "saturated"), [(20, True), (19, True), (18, False)])
def test_from_95_percent_on_it_is_saturated(solved: int, saturated: bool) -> None:
    book, initial = LineageBook(), Modules.of_instruction("initial")
    book.add((0,), "", kind="initial", made=initial)
    explored(book, 1, "", initial, [1.0] * solved + [0.0] * (20 - solved))
    assert is_saturated(training_scores(book.events())) is saturated


def test_a_few_attempts_do_not_say_that_nothing_is_left() -> None:
    book, initial = LineageBook(), Modules.of_instruction("initial")
    book.add((0,), "", kind="initial", made=initial)
    explored(book, 1, "", initial, [1.0] * 3)
    assert not is_saturated(training_scores(book.events()))


def edit(folder: RunFolder, name: str, *place: str, value: object) -> None:
    path = folder.path / name
    content = json.loads(path.read_text())
    inner = content
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    path.write_text(json.dumps(content))


def test_boards_and_runs_say_that_nothing_was_left_to_learn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, "easy")
    write_run(tmp_path, "hard")
    edit(folder, "result.json", "score", "before", value={"mean": 29 / 30, "n": 60, "by_category": {}})
    rows = {row.method: row for row in leaderboards(tmp_path).boards[0].rows}
    assert (rows["easy"].saturated, rows["hard"].saturated) == (True, False)
    assert command(["leaderboard", str(tmp_path)]) == 0
    assert "easy ‡" in capsys.readouterr().out
    assert command(["show", str(folder.path)]) == 0
    assert "58 of 60 training tasks are solved before training" in capsys.readouterr().out


@pytest.mark.parametrize("field", ["version", "scorer_version"])
def test_versions_never_stand_in_one_ranking(field: str, tmp_path: Path) -> None:
    write_run(tmp_path, "a")
    other = write_run(tmp_path, "b")
    edit(other, "run.json", "environment", field, value="2")
    boards = leaderboards(tmp_path).boards
    assert [[row.method for row in board.rows] for board in boards] == [["a"], ["b"]]
    assert boards[0].versions != boards[1].versions
    with pytest.raises(ConfigError, match="different versions"):
        compare_sides(find_side("a", tmp_path), find_side("b", tmp_path))


def test_runs_with_other_prompts_never_stand_in_one_ranking(tmp_path: Path) -> None:
    for method, template in (("a", "1"), ("b", "2"), ("c", "1")):
        folder = write_run(
            tmp_path, method, prompts={"optimizer.instruction.j2": template, "evaluator.summary.j2": method}
        )
        assert folder
    boards = leaderboards(tmp_path).boards
    assert sorted(sorted(row.method for row in board.rows) for board in boards) == [["a", "c"], ["b"]]
