"""Two sides of a comparison, found by what a person calls them, and compared task by task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import ConfigError
from harness.records.reading.checks import problem
from harness.records.reading.run import Run, read_run
from harness.records.store import find_run
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.rows import Row
from harness.reports.leaderboard.versions import versions_of
from harness.stats.paired import EQUAL, PairedComparison, compare_paired
from harness.stats.two_way import MethodComparison, compare_methods


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on one side: one run, or the runs of a row of the leaderboard."""

    name: str
    runs: tuple[Run, ...]
    agent: str = "trained"

    @property
    def is_run(self) -> bool:
        """Whether it is one trained agent rather than a method."""
        return len(self.runs) == 1


@dataclass(frozen=True, slots=True)
class Flip:
    """A task on which the sides differ: mean scores over the runs of each."""

    task: str
    category: str
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides on the tasks that both were tested on.

    Attributes
    ----------
    by_task
        Wins, losses and ties of `a` by task (of means over runs), and, of one run each, the test of trained agents.
    methods
        The test of methods, over seeds and tasks; None between one run and another.
    notes
        What a reader must know.
    """

    a: Side
    b: Side
    tasks: int
    means: tuple[float, float]
    by_task: PairedComparison
    methods: MethodComparison | None
    flips: tuple[Flip, ...]
    notes: tuple[str, ...]


def find_side(name: str, results: Path, *, env: str | None = None, backbone: str | None = None) -> Side:
    """Return the run or the row of the leaderboard that a person means.

    Raises
    ------
    ConfigError
        If there is none, or more than one.
    """
    found = [b for b in leaderboards(results).boards if env in (None, b.env) and backbone in (None, b.backbone)]
    rows = [(board, row) for board in found for row in board.rows if name in (row.name, row.method)]
    exact = [(board, row) for board, row in rows if row.name == name]
    rows = exact or rows
    if len(rows) > 1:
        listed = "; ".join(f"{row.name!r} (--env {board.env} --backbone {board.backbone})" for board, row in rows)
        raise ConfigError(f"{name!r} may mean several rows: {listed}")
    if rows:
        return _of_row(rows[0][1])
    try:
        run = read_run(find_run(name, results))
    except ConfigError as error:
        known = ", ".join(dict.fromkeys(row.name for board in found for row in board.rows))
        raise ConfigError(f"{error}; methods there are: {known or 'none'}") from None
    if reason := problem(run):
        raise ConfigError(f"run {run.id} cannot be compared: {reason}")
    return Side(f"{run.method} {run.id} (seed {run.seed})", (run,))


def compare_sides(a: Side, b: Side) -> Comparison:
    """Compare two sides on the test tasks that they share.

    Raises
    ------
    ConfigError
        If they share none, or one is simulated and the other is not.
    """
    first, second = a.runs[0], b.runs[0]
    if first.record.simulated != second.record.simulated:
        raise ConfigError("a simulated model and a real one are not compared")
    if first.env != second.env:
        raise ConfigError(f"the runs are on different environments: {first.env} and {second.env}")
    if versions_of(first) != versions_of(second):
        raise ConfigError(f"the runs are of different versions: {versions_of(first)}; {versions_of(second)}")
    tested = [set(run.test_tasks) for run in (*a.runs, *b.runs)]
    theirs = set().union(*tested)
    shared = [task for task in first.test_tasks if all(task in tasks for tasks in tested)]
    if not shared:
        raise ConfigError("the runs share no test task")
    left, right = _matrix(a, shared), _matrix(b, shared)
    notes = [] if len(shared) == len(theirs) else [f"compared on the {len(shared)} tasks that both were tested on"]
    methods = None if a.is_run and b.is_run else compare_methods(left, right)
    if methods and methods.warning:
        notes.append(methods.warning)
    if first.backbone != second.backbone:
        notes.append(f"different backbones: {first.backbone} and {second.backbone}")
    mine, yours = left.mean(axis=0), right.mean(axis=0)
    categories = first.categories()
    flips = [
        Flip(task, categories.get(task, ""), a=float(x), b=float(y))
        for task, x, y in zip(shared, mine, yours, strict=True)
        if abs(x - y) > EQUAL
    ]
    flips.sort(key=lambda flip: (flip.b - flip.a, flip.task))
    means = (float(left.mean()), float(right.mean()))
    return Comparison(
        a,
        b,
        tasks=len(shared),
        means=means,
        by_task=compare_paired(mine, yours),
        methods=methods,
        flips=tuple(flips),
        notes=tuple(notes),
    )


def _of_row(row: Row) -> Side:
    return Side(row.name, row.runs, row.agent)


def _matrix(side: Side, tasks: Sequence[str]) -> NDArray[np.float64]:
    rows = []
    for run in side.runs:
        place = {task: number for number, task in enumerate(run.test_tasks)}
        rows.append(run.scores(side.agent).mean(axis=0)[[place[task] for task in tasks]])
    return np.stack(rows)
