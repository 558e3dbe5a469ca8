"""Training scores of a run, read off its lineage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.record.schema import LineageEvent, Score


def pool(scores: Iterable[Score]) -> Score | None:
    """Return the score over the rollouts of all, or None for none."""
    parts = list(scores)
    n = sum(part.n for part in parts)
    if not n:
        return None
    categories = dict.fromkeys(name for part in parts for name in part.by_category)
    by_category = {
        name: pool(part.by_category[name] for part in parts if name in part.by_category) for name in categories
    }
    return Score(
        mean=sum(part.mean * part.n for part in parts) / n,
        n=n,
        by_category={name: score for name, score in by_category.items() if score},
    )


def training_scores(events: Sequence[LineageEvent]) -> dict[str, Score]:
    """Return ``train`` (the last exploration of every scope, together) and ``backtest`` (the last backtest of all)."""
    last: dict[str, Score] = {}
    for event in events:
        if event.kind == "explore" and event.performance:
            last[event.scope] = event.performance
    scores = {"train": pool(last.values())}
    backtests = [event.performance for event in events if event.kind == "backtest"]
    scores["backtest"] = backtests[-1] if backtests else None
    return {name: score for name, score in scores.items() if score}
