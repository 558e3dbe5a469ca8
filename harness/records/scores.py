"""Scores of rollouts, pooled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.records.schema import LineageEvent, Score


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


def pooled(scores: Sequence[tuple[str, float]]) -> Score:
    """Return the mean over (category, score) pairs, in all and by category, in order of first appearance."""

    def mean(values: Sequence[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    groups: dict[str, list[float]] = {}
    for category, score in scores:
        groups.setdefault(category, []).append(score)
    return Score(
        mean=mean([score for _, score in scores]),
        n=len(scores),
        by_category={name: Score(mean=mean(values), n=len(values)) for name, values in groups.items()},
    )
