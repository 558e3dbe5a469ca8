"""Several environments in one table, and learning curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.records.reading.curve import Point, best_at, learning_curve
from harness.records.schema import Lineage, LineageEvent, Score
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.overall import standings
from tests.commands import Commands
from tests.records import write_run

GOOD, FAIR, BAD = [1.0] * 40, [1.0] * 30 + [0.0] * 10, [0.0] * 40


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for env, scores in {"one": (GOOD, FAIR, BAD), "two": (FAIR, GOOD, BAD)}.items():
        for method, wins in zip(("fgo", "gepa", "opro"), scores, strict=True):
            for seed in range(3):
                write_run(tmp_path, method, seed, wins, env=env)
    return tmp_path


def test_ranks_are_means_over_boards_and_wins_are_significant(results: Path) -> None:
    found = standings(leaderboards(results).boards)
    assert [(each.name, each.boards, each.mean_rank) for each in found] == [
        ("fgo", 2, 1.5),
        ("gepa", 2, 1.5),
        ("opro", 2, 3.0),
    ]
    assert [(each.wins, each.losses) for each in found] == [(3, 1), (3, 1), (0, 4)]


def test_equal_means_share_their_places(tmp_path: Path) -> None:
    for method in ("fgo", "gepa"):
        write_run(tmp_path, method, 0, (1, 0, 1, 0))
    assert [each.mean_rank for each in standings(leaderboards(tmp_path).boards)] == [1.5, 1.5]


def test_simulated_and_real_models_are_not_put_together(tmp_path: Path) -> None:
    write_run(tmp_path, "fgo", 0, (1, 0, 1, 0))
    write_run(tmp_path, "fgo", 0, (1, 0, 1, 0), env="real", simulated=False)
    with pytest.raises(ValueError, match="not put together"):
        standings(leaderboards(tmp_path).boards)


def event(number: int, kind: str, mean: float | None = None, n: int = 0) -> LineageEvent:
    return LineageEvent(
        id=f"0.{number}", scope="", kind=kind, performance=None if mean is None else Score(mean=mean, n=n)
    )


def test_a_curve_is_the_best_validation_at_each_share_of_the_rollouts() -> None:
    events = [
        event(1, "validate", 0.25, 4),
        event(2, "explore", 0.0, 6),
        event(3, "optimize"),
        event(4, "validate", 0.75, 4),
        event(5, "optimize"),
        event(6, "backtest", 1.0, 2),
        event(7, "validate", 0.5, 4),
    ]
    points = learning_curve(Lineage(final="0" * 64, events=events))
    assert points == [Point(0.2, 4, 0, 0.25), Point(0.7, 14, 1, 0.75), Point(1.0, 20, 2, 0.75)]
    assert [best_at(points, share) for share in (0.1, 0.2, 0.69, 0.7, 1.0)] == [None, 0.25, 0.25, 0.75, 0.75]
    assert learning_curve(Lineage(final="0" * 64, events=events[1:3])) == []


def test_the_command_prints_both(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Commands(results, monkeypatch, capsys)("leaderboard", str(results), "--overall", "--curves")
    assert said.code == 0
    assert "mean rank" in said.out
    assert "one, two" in said.out
    assert "no method validates" in said.out
