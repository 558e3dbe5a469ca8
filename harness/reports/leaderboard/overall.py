"""Several environments in one table: mean rank, and wins and losses that survive Holm's correction over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.records.reading.curve import best_at, learning_curve
from harness.reports.leaderboard.boards import Board
from harness.reports.leaderboard.rows import Row
from harness.stats.detectable import ALPHA
from harness.stats.several import holm

SHARES = (0.25, 0.5, 0.75, 1.0)
"""Shares of a training at which learning curves are printed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One method over several boards.

    Attributes
    ----------
    name
        Of its rows.
    boards
        On how many boards it stands.
    mean_rank
        Mean over these boards of its place by mean score; rows with equal means share the mean of their places.
    wins, losses
        Pairs with another row of a board that differ significantly, corrected over the pairs of all boards.
    optimizer_calls, tokens, usd
        Means over the boards of what a training took; None: unknown price.
    """

    name: str
    boards: int
    mean_rank: float
    wins: int
    losses: int
    optimizer_calls: float
    tokens: float
    usd: float | None


def standings(boards: Sequence[Board]) -> list[Standing]:
    """Return every method's standing, the best mean rank first.

    Simulated and real models are never put together: the boards must be of one kind.

    Raises
    ------
    ValueError
        If they are not.
    """
    if len({board.simulated for board in boards}) > 1:
        raise ValueError("boards of simulated and of real models are not put together")
    places: dict[str, list[float]] = {}
    rows: dict[str, list[Row]] = {}
    for board in boards:
        for row in board.rows:
            better = sum(other.mean > row.mean for other in board.rows)
            equal = sum(other.mean == row.mean for other in board.rows)
            places.setdefault(row.name, []).append(better + (equal + 1) / 2)
            rows.setdefault(row.name, []).append(row)
    wins, losses = _significant(boards)
    made = [
        Standing(
            name,
            len(found),
            mean_rank=sum(found) / len(found),
            wins=wins.get(name, 0),
            losses=losses.get(name, 0),
            optimizer_calls=_mean([row.spent.optimizer_calls for row in rows[name]]) or 0.0,
            tokens=_mean([row.spent.training_tokens for row in rows[name]]) or 0.0,
            usd=_mean([row.spent.usd for row in rows[name]]),
        )
        for name, found in places.items()
    ]
    return sorted(made, key=lambda each: (-each.boards, each.mean_rank, each.name))


def _significant(boards: Sequence[Board]) -> tuple[dict[str, int], dict[str, int]]:
    pairs = [
        (board.rows[i].name, board.rows[j].name, comparison)
        for board in boards
        for (i, j), comparison in board.ranking.comparisons.items()
    ]
    wins: dict[str, int] = {}
    losses: dict[str, int] = {}
    for (one, other, comparison), p_value in zip(pairs, holm([each.p_value for *_, each in pairs]), strict=True):
        if p_value < ALPHA and comparison.difference:
            better, worse = (one, other) if comparison.difference > 0 else (other, one)
            wins[better] = wins.get(better, 0) + 1
            losses[worse] = losses.get(worse, 0) + 1
    return wins, losses


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def standing_texts(found: Sequence[Standing]) -> tuple[list[str], list[list[str]]]:
    """Return titles and cells."""
    titles = ["method", "boards", "mean rank", "wins", "losses", "optimizer calls", "tokens, M", "$"]
    cells = [
        [
            each.name,
            str(each.boards),
            f"{each.mean_rank:.1f}",
            str(each.wins),
            str(each.losses),
            f"{each.optimizer_calls:.1f}",
            f"{each.tokens / 1e6:.2f}",
            "?" if each.usd is None else f"{each.usd:.2f}",
        ]
        for each in found
    ]
    return titles, cells


def curve_texts(board: Board) -> tuple[list[str], list[list[str]]]:
    """Return titles and cells: the best validation score in % at each share of the training, means over seeds."""
    cells = []
    for row in board.rows:
        curves = [learning_curve(lineage) for run in row.runs if (lineage := run.lineage) is not None]
        if row.agent != "trained" or not any(curves):
            continue
        at = [[best_at(points, share) for points in curves] for share in SHARES]
        cells.append([row.name, *("–" if (mean := _mean(scores)) is None else f"{100 * mean:.1f}" for scores in at)])
    return ["method", *(f"{100 * share:.0f} %" for share in SHARES)], cells
