"""What a row used of the amount that all methods had."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from harness.records.schema import Lineage, LineageEvent
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.columns import cost_texts
from harness.reports.leaderboard.matched import used_of_amount
from tests.harness.run.composed import ran


def run_with(**facts: Any) -> Any:
    event = LineageEvent(id="0", scope="", kind="budget-in-all", facts=facts)
    return SimpleNamespace(lineage=Lineage(final="0" * 64, events=[event]))


def test_tokens_money_and_rollouts_read_as_people_write_them() -> None:
    runs = [run_with(match="tokens", used=4_800_000, amount=5e6), run_with(match="tokens", used=5_000_000, amount=5e6)]
    assert used_of_amount(runs) == "4.9 M of 5.0 M tokens"
    assert used_of_amount([run_with(match="cost", used=0.5, amount=2)]) == "$0.50 of $2.00"
    assert used_of_amount([run_with(match="rollouts", used=22, amount=24)]) == "22 of 24 rollouts"


def test_facts_of_strangers_are_not_believed() -> None:
    for facts in ({"match": "<b>", "used": 1, "amount": 1}, {"match": "tokens", "used": "1", "amount": None}):
        assert used_of_amount([run_with(**facts)]) == ""


def test_a_board_has_the_column_where_a_budget_was_matched(tmp_path: Path) -> None:
    ran(tmp_path, "method=batch_wise", "budget.match=rollouts", "budget.amount=6")
    (board,) = leaderboards(tmp_path).boards
    titles, rows = cost_texts(board)
    assert titles[-1] == "budget"
    assert "6 of 6 rollouts" in [row[-1] for row in rows]


def test_the_untouched_agent_used_nothing_of_the_amount(tmp_path: Path) -> None:
    ran(tmp_path, "method=batch_wise", "budget.match=rollouts", "budget.amount=6", "baseline=true")
    (board,) = leaderboards(tmp_path).boards
    used = {row.method: cells[-1] for row, cells in zip(board.rows, cost_texts(board)[1], strict=True)}
    assert used == {"batch_wise": "6 of 6 rollouts", "vanilla": ""}


def test_a_method_with_another_budget_is_a_row_that_says_so(tmp_path: Path) -> None:
    ran(tmp_path, "method=batch_wise")
    ran(tmp_path, "method=batch_wise", "budget.match=rollouts", "budget.amount=6")
    ran(tmp_path, "method=all_at_once")
    ran(tmp_path, "method=vanilla")
    (board,) = leaderboards(tmp_path).boards
    names = {row.name for row in board.rows}
    assert names == {"vanilla", "all_at_once budget=steps", "batch_wise budget=steps", "batch_wise budget=6 rollouts"}
