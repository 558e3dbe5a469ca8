"""The leaderboard as a table of a tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.domain import digest
from harness.core.errors import ConfigError
from harness.reports.leaderboard.boards import Leaderboards
from harness.reports.leaderboard.columns import apart_record, published_record, records
from harness.reports.leaderboard.published import published
from harness.run.tracking.tracker import Start, make_tracker


def log_leaderboard(found: Leaderboards, tracking: Mapping[str, Any]) -> None:
    """Log a table per board, published rows marked, and the runs that stand apart.

    Raises
    ------
    ConfigError
        If the tracker is none.
    """
    tracker = make_tracker(tracking)
    if tracker is None:
        raise ConfigError("no tracker to log to")
    tables = {
        f"leaderboard/{board.env}/{board.backbone}/{'simulated' if board.simulated else 'real'}": [
            *records(board),
            *map(published_record, published(1, board.env)),
        ]
        for board in found.boards
    }
    if found.apart:
        tables["leaderboard/apart"] = [apart_record(run) for run in found.apart]
    name = digest([[run.id for run in row.runs] for board in found.boards for row in board.rows])[:12]
    tracker.begin(
        Start("leaderboard", f"leaderboard-{name}", group="leaderboard", job_type="leaderboard", tags=(), config={})
    )
    failed = True
    try:
        for title, rows in tables.items():
            columns = list(dict.fromkeys(key for row in rows for key in row))
            tracker.table(title, columns, [[row.get(key) for key in columns] for row in rows])
        failed = False
    finally:
        tracker.finish(failed)
