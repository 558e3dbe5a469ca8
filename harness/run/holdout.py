"""Holding validation tasks out of the training tasks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.core.domain import Task
from harness.core.errors import ConfigError


def hold_out(tasks: Sequence[Task], size: int, *, seed: int) -> tuple[list[Task], list[Task]]:
    """Return (training, validation) tasks; `size` of them are held out, categories in turn, drawn by `seed`."""
    if size == 0:
        return list(tasks), []
    if size >= len(tasks):
        raise ConfigError(f"validation_size={size}: there are only {len(tasks)} training tasks")
    rng = np.random.default_rng([seed, 0x7A1])
    drawn = [tasks[i] for i in rng.permutation(len(tasks))]
    turn: dict[str, int] = {}

    def round_of(task: Task) -> int:
        turn[task.category] = turn.get(task.category, 0) + 1
        return turn[task.category]

    in_turn = sorted(
        ((round_of(task), position, task) for position, task in enumerate(drawn)), key=lambda item: item[:2]
    )
    held = {task.id for _, _, task in in_turn[:size]}
    return [task for task in tasks if task.id not in held], [task for task in tasks if task.id in held]
