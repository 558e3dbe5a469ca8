"""The leaderboards for the first page, and each board's tasks by rows for the matrix."""

from __future__ import annotations

from collections.abc import Sequence

from harness.records.reading.checks import unfinished
from harness.records.reading.run import Run
from harness.records.schema import total
from harness.reports.leaderboard.boards import Board, Leaderboards
from harness.reports.leaderboard.columns import COSTS, apart_record
from harness.reports.leaderboard.published import PublishedRow, published
from harness.reports.leaderboard.rows import Row
from harness.reports.site.hiding import Hiding
from harness.reports.site.runs import identity_payload, run_slug, shown_reason
from harness.reports.site.scripts import Payload


def index_payload(found: Leaderboards, runs: Sequence[Run], *, version: str) -> Payload:
    """Return what the first page reads: every board, the runs apart, the list of all runs."""
    sensitive = {run.id for run in runs if run.sensitive}
    return {
        "version": version,
        "costs": COSTS,
        "boards": [_board(number, board) for number, board in enumerate(found.boards)],
        "apart": [
            apart_record(run) | {"reason": shown_reason(run.reason, run.run_id in sensitive)} for run in found.apart
        ],
        "runs": [identity_payload(run) | _ending(run) for run in runs],
    }


def matrix_payload(board: Board) -> Payload:
    """Return a board's tasks, and for each run of it the mean score of each task over trials."""
    first = board.rows[0].runs[0]
    hiding, categories = Hiding(first.sensitive), first.categories()
    return {
        "title": [board.env, board.backbone, board.simulated],
        "tasks": [[hiding.text(task), categories.get(task, "")] for task in first.test_tasks],
        "columns": [
            {"name": row.name, "agent": row.agent, "run": run_slug(run), "seed": run.seed, "scores": scores}
            for row in board.rows
            for run, scores in zip(row.runs, row.scores.tolist(), strict=True)
        ],
    }


def _ending(run: Run) -> Payload:
    """Return the state of a run and what it took, for the list of all runs."""
    result = run.result
    ended = run.record.status == "finished" and result is not None
    training = total({phase: roles for phase, roles in result.usage.items() if phase != "test"}) if result else None
    return {
        "state": "finished" if ended else unfinished(run).partition(":")[0],
        "reason": "" if ended else shown_reason(unfinished(run), run.sensitive),
        "tokens": training.prompt + training.completion if training else None,
        "usd": training.usd if training else None,
        "started": run.record.sessions[0].started if run.record.sessions else "",
    }


def _board(number: int, board: Board) -> Payload:
    return {
        "number": number,
        "env": board.env,
        "backbone": board.backbone,
        "simulated": board.simulated,
        "generated": board.generated,
        "split": board.split[:8],
        "versions": str(board.versions),
        "tasks": board.tasks,
        "k": board.k,
        "categories": list(board.categories),
        "rows": [_row(row, board.categories) for row in board.rows],
        "published": [_published(row, board.categories) for row in published(1, board.env)],
    }


def _row(row: Row, categories: Sequence[str]) -> Payload:
    spent = row.spent
    return {
        "rank": row.rank,
        "method": row.method,
        "label": row.label,
        "mean": row.mean,
        "low": row.interval.low,
        "high": row.interval.high,
        "best": row.best,
        "pass": row.pass_at_k,
        "categories": [row.by_category.get(name) for name in categories],
        "tokens": spent.training_tokens,
        "roles": [[role, tokens] for role, tokens in spent.tokens.items()],
        "test_tokens": spent.test_tokens,
        "paid": spent.paid_tokens,
        "usd": spent.usd,
        "usd_paid": spent.usd_paid,
        "wall": spent.wall,
        "seconds": spent.critical_path,
        "steps": spent.optimizer_calls,
        "merges": spent.merge_calls,
        "errors": spent.broken,
        "starred": row.starred,
        "warnings": list(row.warnings),
        "runs": [[run_slug(run), run.seed] for run in row.runs],
    }


def _published(row: PublishedRow, categories: Sequence[str]) -> Payload:
    return {
        "method": row.method,
        "source": row.source,
        "mean": row.mean / 100,
        "starred": row.starred,
        "categories": [row.by_category[name] / 100 if name in row.by_category else None for name in categories],
    }
