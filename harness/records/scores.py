"""Scores of the training, from its lineage."""

from __future__ import annotations

from collections.abc import Sequence

from harness.records.schema import LineageEvent, Score


def training_scores(events: Sequence[LineageEvent]) -> dict[str, Score]:
    """Return ``train`` (the last exploration of every scope, together) and ``backtest`` (the last backtest of all)."""
    last: dict[str, Score] = {}
    backtests: list[Score] = []
    for event in events:
        if event.kind == "explore" and event.performance:
            last[event.scope] = event.performance
        if event.kind == "backtest" and event.performance:
            backtests.append(event.performance)
    scores = {"train": Score.pool(last.values()), "backtest": Score.pool(backtests[-1:])}
    return {name: score for name, score in scores.items() if score.n}
