"""Which runs stand in which ranking, and where."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from harness.reports.leaderboard.boards import leaderboards, significantly_better, within_budget
from harness.reports.leaderboard.terminal import differences, notes, table
from tests.records import write_run

N = 60


def wins(share: float, seed: int) -> list[float]:
    return [float(x) for x in np.random.default_rng(seed).random(N) < share]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for seed in range(3):
        write_run(tmp_path, "fgo", seed, wins(0.9, seed), vanilla=wins(0.2, 10), tokens=2000)
        write_run(tmp_path, "all_at_once", seed, wins(0.3, 20 + seed), tokens=8000, truncated=int(seed == 1))
    return tmp_path


def test_a_row_has_what_the_paper_confuses_apart(results: Path) -> None:
    (board,) = leaderboards(results).boards
    best = board.rows[0]
    assert best.name == "fgo"
    assert best.interval.low < best.mean < best.interval.high
    assert best.mean < best.best < best.pass_at_k  # type: ignore[operator]
    assert set(best.by_category) == {"Pick", "Cool"}
    assert best.spent.tokens == {"agent": 2010, "optimizer": 205}
    assert best.spent.paid == {"agent": 2010}
    assert best.spent.usd == 1.0
    assert best.spent.broken == 3


def test_the_vanilla_agent_that_was_tested_beside_has_a_row(results: Path) -> None:
    (board,) = leaderboards(results).boards
    assert [row.name for row in board.rows if row.agent == "vanilla"] == ["vanilla tested beside"]


def test_rank_counts_significantly_better_rows_only(results: Path) -> None:
    (board,) = leaderboards(results).boards
    ranks = {row.method: row.rank for row in board.rows}
    assert ranks == {"fgo": 1, "all_at_once": 2, "vanilla": 2}
    assert {(a.method, b.method) for a, b, _ in significantly_better(board)} == {
        ("fgo", "all_at_once"),
        ("fgo", "vanilla"),
    }


def test_truncation_stars_the_row(results: Path) -> None:
    (board,) = leaderboards(results).boards
    assert {row.method: row.starred for row in board.rows} == {"fgo": False, "all_at_once": True, "vanilla": False}


def test_simulated_and_real_never_stand_in_one_ranking(results: Path) -> None:
    write_run(results, "fgo", 9, wins(0.9, 0), simulated=False)
    boards = leaderboards(results).boards
    assert [(board.simulated, len(board.rows)) for board in boards] == [(False, 1), (True, 3)]


def test_runs_on_other_tasks_stand_apart_and_can_be_asked_for(results: Path) -> None:
    other = write_run(results, "fgo", 9, (1, 0))
    found = leaderboards(results)
    (apart,) = found.apart
    assert apart.run_id == other.path.name
    assert "tested on other tasks: 2, the ranking's are 60" in apart.reason
    split = apart.reason.split("--split ")[1].split()[0]
    again = leaderboards(results, split=split)
    assert [board.tasks for board in again.boards] == [2]
    assert len(again.apart) == 6


def test_unfinished_and_tampered_runs_stand_apart(results: Path) -> None:
    write_run(results, "fgo", 7, status="incomplete")
    bad = write_run(results, "fgo", 8, wins(0.5, 1))
    text = (bad.path / "result.json").read_text()
    (bad.path / "result.json").write_text(text.replace('"n": 30', '"n": 31', 1))
    reasons = sorted(run.reason.split(":")[0] for run in leaderboards(results).apart)
    assert reasons == ["incomplete", "tampered"]


def test_variants_of_a_method_are_rows_named_by_what_differs(tmp_path: Path) -> None:
    for cluster in ("kmeans", "none"):
        by = {"_target_": f"harness.run.clustering.{cluster}", "_partial_": True}
        settings = {"cluster": None if cluster == "none" else by}
        write_run(tmp_path, settings=settings)
    (board,) = leaderboards(tmp_path).boards
    assert sorted(row.name for row in board.rows) == ["fgo cluster=kmeans", "fgo cluster=none"]
    assert all("1 seed" in row.warnings[0] for row in board.rows)


def test_equal_budget_view_ranks_among_those_that_took_no_more(results: Path) -> None:
    (board,) = leaderboards(results).boards
    by_tokens = within_budget(board, "tokens")
    assert [(row.method, row.rank, row.frontier) for row in by_tokens.rows] == [
        ("vanilla", 1, True),
        ("fgo", 1, True),
        ("all_at_once", 2, False),
    ]
    assert [row.method for row in within_budget(board, "tokens", budget=3000).rows] == ["fgo", "vanilla"]


def test_an_unknown_price_is_in_no_view_by_money(tmp_path: Path) -> None:
    write_run(tmp_path, usd=None)
    (board,) = leaderboards(tmp_path).boards
    assert board.rows[0].spent.usd is None
    assert within_budget(board, "usd").rows == ()


def test_a_controller_in_place_of_an_instruction_is_marked(tmp_path: Path) -> None:
    write_run(tmp_path, "command", 0, test_calls=0)
    write_run(tmp_path, "fgo", 0)
    (board,) = leaderboards(tmp_path).boards
    marked = {row.method: any("the module is a controller" in line for line in row.warnings) for row in board.rows}
    assert marked == {"command": True, "fgo": False}


def test_of_as_many_runs_the_larger_set_of_test_tasks_is_ranked(tmp_path: Path) -> None:
    write_run(tmp_path, "fgo", 0, (1, 0), tasks=("z1", "z2"))
    larger = write_run(tmp_path, "fgo", 1, (1, 0, 1), tasks=("a1", "a2", "a3"))
    found = leaderboards(tmp_path)
    assert [run.id for board in found.boards for row in board.rows for run in row.runs] == [larger.path.name]


def test_rows_that_are_equal_stand_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("zeta", "alpha", "mid"):
        write_run(tmp_path, name, 0, (1, 0, 1, 0))
    (board,) = leaderboards(tmp_path).boards
    assert [(row.name, row.rank) for row in board.rows] == [("alpha", 1), ("mid", 1), ("zeta", 1)]


def test_of_rows_that_spent_as_much_the_better_one_stands_first(tmp_path: Path) -> None:
    write_run(tmp_path, "alpha", 0, (0, 0, 1, 0), tokens=500)
    write_run(tmp_path, "zeta", 0, (1, 1, 1, 0), tokens=500)
    (board,) = leaderboards(tmp_path).boards
    view = within_budget(board, "tokens")
    assert [(row.name, row.frontier) for row in view.rows] == [("zeta", True), ("alpha", False)]


def test_each_better_row_has_a_line_with_those_that_it_beats() -> None:
    a, b, c, d = (SimpleNamespace(name=name) for name in "abcd")
    pairs: list[Any] = [(a, b, 0.0001), (a, c, 0.02), (a, d, 0.0002), (b, d, 0.03)]
    assert differences(pairs) == ["a > b, d (p < 0.001), c (p = 0.020)", "b > d (p = 0.030)"]


def test_what_holds_for_all_rows_is_said_once(tmp_path: Path) -> None:
    write_run(tmp_path, "one")
    write_run(tmp_path, "other")
    (board,) = leaderboards(tmp_path).boards
    lines = [text.plain for text in notes(board)]
    assert [line for line in lines if "says more about these runs" in line] == [
        "all rows: 1 seed: says more about these runs than about the method"
    ]


def test_a_narrow_table_breaks_names_between_words() -> None:
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(table("t", ["method", *"abcdefgh"], [["bootstrapping budget=steps", *["10.0 M"] * 8]]))
    assert "bootstrapping " in console.export_text()
