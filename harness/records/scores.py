"""Scores of the training, from its lineage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.records.schema import LineageEvent, Score, ScoreName

SATURATED = 0.95
"""Mean score of the initial modules on training tasks from which on next to nothing is left to learn."""

FEW = 10
"""Attempts below which their mean does not say whether anything is left to learn."""


def training_scores(events: Sequence[LineageEvent]) -> dict[ScoreName, Score]:
    """Return the scores of the training, as far as there are any.

    ``before``: the first exploration of each scope if it is of the initial modules, together. ``train``: the last
    exploration of each scope, together. ``backtest``: the last backtest of all.
    """
    initial = next((event.modules for event in events if event.kind == "initial"), None)
    before: dict[str, Score] = {}
    last: dict[str, Score] = {}
    backtests: list[Score] = []
    for event in events:
        if event.kind == "explore" and event.performance:
            if event.scope not in last and event.modules == initial:
                before[event.scope] = event.performance
            last[event.scope] = event.performance
        if event.kind == "backtest" and event.performance:
            backtests.append(event.performance)
    scores: dict[ScoreName, Score] = {
        "before": Score.pool(before.values()),
        "train": Score.pool(last.values()),
        "backtest": Score.pool(backtests[-1:]),
    }
    return {name: score for name, score in scores.items() if score.n}


def is_saturated(scores: Mapping[ScoreName, Score]) -> bool:
    """Return whether the initial modules solved the training tasks already."""
    before = scores.get("before")
    return before is not None and before.n >= FEW and before.mean >= SATURATED
