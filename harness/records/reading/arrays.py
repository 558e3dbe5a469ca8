"""Scores of the final test as arrays, for the statistics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from harness.records.reading.run import Run


def by_task(run: Run, agent: str = "trained") -> NDArray[np.float64]:
    """Return one score a test task, the mean over trials."""
    means: NDArray[np.float64] = run.scores(agent).mean(axis=0)
    return means


def seeds_by_tasks(runs: Sequence[Run], agent: str = "trained") -> NDArray[np.float64]:
    """Return the scores of runs on the same test tasks, shape (runs, tasks), tasks in the order of the first run."""
    order = runs[0].test_tasks
    rows = []
    for run in runs:
        place = {task: number for number, task in enumerate(run.test_tasks)}
        rows.append(by_task(run, agent)[[place[task] for task in order]])
    return np.stack(rows)
