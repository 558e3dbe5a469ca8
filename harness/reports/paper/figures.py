"""Figures 3 to 7 as tidy frames: what is drawn, and the commands that fill what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harness.records.reading.run import Run
from harness.reports.leaderboard.rows import Row
from harness.reports.paper.cells import FILLS, METHODS, Cell, find, swept

ENVIRONMENTS = ("alfworld", "logisticsqa", "gaia")


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes
    ----------
    data
        A point a row; empty where nothing can be drawn.
    x, y
        Columns of the axes; `title` and `titles` are what people read.
    missing
        Commands that fill what is missing.
    """

    number: int
    title: str
    data: pd.DataFrame
    x: str
    y: str
    titles: Mapping[str, str]
    missing: tuple[str, ...]
    kind: str = "points"
    facet: str = ""


def figures(runs: Sequence[Run], words: str = "") -> list[Figure]:
    """Return Figures 3 to 7 from sound runs of one backbone; `words` go into the commands that fill gaps."""
    trained = [name for name in METHODS if name != "vanilla"]
    rows = {(env, method): find(Cell(env, method, ""), runs) for env in ENVIRONMENTS for method in METHODS}
    gaps = tuple(
        f"{_command('table1', words)}{FILLS}{METHODS[method]} on {env}"
        for (env, method), row in rows.items()
        if not row
    )
    there = {key: row for key, row in rows.items() if row is not None}
    learning = {key: row for key, row in there.items() if key[1] in trained}
    return [
        _third(runs, trained, words=words),
        _scatter(
            4, "Prompt tokens spent on optimization", rows=learning, name="tokens",
            meaning="prompt tokens of the training", missing=gaps,
            measure=lambda row: row.spent.prompt_tokens,
        ),
        _fifth(runs, words),
        _scatter(
            6, "Time to train", rows=learning, name="seconds",
            meaning="seconds of model latency on the critical path of the training",
            missing=gaps, measure=lambda row: row.spent.critical_path,
        ),
        _scatter(
            7, "Tokens at inference", rows=there, name="tokens", meaning="tokens of the agent a test task",
            missing=gaps, measure=inference_tokens,
        ),
    ]  # fmt: skip


def inference_tokens(row: Row) -> float:
    """Return the mean tokens that the tested agents took on a test task."""
    return float(np.mean([o.tokens for run in row.runs for o in run.outcomes if o.agent == row.agent]))


def _third(runs: Sequence[Run], methods: Sequence[str], *, words: str) -> Figure:
    points = []
    for size, row in swept(runs, "alfworld", setting="env.train_size", methods=methods):
        points.append({"size": size, "split": "test", **_point(row)})
        train = [run.scored.score["train"].mean for run in row.runs if "train" in run.scored.score]
        if train:
            mean = 100 * float(np.mean(train))
            points.append({"size": size, "split": "train", **_point(row), "mean": mean, "low": None, "high": None})
    sizes = {point["size"] for point in points}
    missing = () if len(sizes) > 1 else (_command("figure3", words),)
    titles = {"size": "training tasks", "mean": "success, %"}
    data = _frame(points)
    return Figure(
        3,
        "Success against training-set size, ALFWorld",
        data=data,
        x="size",
        y="mean",
        titles=titles,
        missing=missing,
        kind="lines",
        facet="split",
    )


def _fifth(runs: Sequence[Run], words: str) -> Figure:
    points = []
    for subsets, row in swept(runs, "logisticsqa", setting="method.subsets", methods=["fgo"]):
        shown = {"success, %": 100 * row.mean, "critical path, s": row.spent.critical_path}
        for measure, value in shown.items():
            points.append({"subsets": subsets, "measure": measure, "value": value, "method": METHODS["fgo"]})
    missing = () if len({point["subsets"] for point in points}) > 1 else (_command("figure5", words),)
    title = "Number of subsets against performance and time, LogisticsQA"
    titles = {"subsets": "subsets", "value": ""}
    return Figure(
        5,
        title,
        data=_frame(points),
        x="subsets",
        y="value",
        titles=titles,
        missing=missing,
        kind="lines",
        facet="measure",
    )


def _scatter(
    number: int,
    title: str,
    *,
    rows: Mapping[tuple[str, str], Row],
    name: str,
    meaning: str,
    missing: Iterable[str],
    measure: Any,
) -> Figure:
    points = [{"env": env, name: measure(row), **_point(row)} for (env, _), row in rows.items()]
    titles = {name: meaning, "mean": "success, %"}
    gaps = tuple(missing)
    return Figure(
        number,
        f"{title} against performance",
        data=_frame(points),
        x=name,
        y="mean",
        titles=titles,
        missing=gaps,
        facet="env",
    )


def _point(row: Row) -> dict[str, Any]:
    low, high = row.interval
    return {
        "method": METHODS.get(row.method, row.method),
        "mean": 100 * row.mean,
        "low": 100 * low,
        "high": 100 * high,
        "runs": len(row.runs),
    }


def _frame(points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(points))


def _command(experiment: str, words: str) -> str:
    return f"python -m harness -m +experiment={experiment} {words}".strip()
