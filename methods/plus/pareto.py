"""The per-task best candidates of a subset, as merge inputs (as GEPA keeps them), in place of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from harness.core.domain import Candidate

C = TypeVar("C", bound=Candidate)


def per_task_best(candidates: Sequence[C]) -> list[C]:
    """Return few candidates that together reach the best score on every task; the order stays.

    All are measured on the same tasks. Greedy: the one that is best on most tasks first, among equals the later one,
    until each task that anybody solves in part has one of its best.
    """
    best = {task: max(c.performance.scores[task] for c in candidates) for task in candidates[0].performance.scores}
    open_tasks = {task for task, score in best.items() if score > 0}
    wins = [{task for task in open_tasks if c.performance.scores[task] == best[task]} for c in candidates]
    kept: set[int] = set()
    while open_tasks:
        chosen = max(range(len(candidates)), key=lambda number: (len(wins[number] & open_tasks), number))
        kept.add(chosen)
        open_tasks -= wins[chosen]
    return [candidates[number] for number in sorted(kept)] or [candidates[-1]]
