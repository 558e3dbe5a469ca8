"""What an environment promises, held against what it returns in a run, before a score counts or a record is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from harness.core.domain import Modules, Step, Task, Trajectory
from harness.core.environment import Environment
from harness.core.errors import ConfigError, left
from harness.core.lab import Lab
from harness.core.method import Method
from harness.records.bounds import MOST_NAME

_HOW = "`harness.testing.check_environment` checks the rest"


def tasks_of(environment: Environment, split: Literal["train", "test"]) -> Sequence[Task]:
    """Return the tasks of a split.

    Raises
    ------
    ConfigError
        If two have the same id, or an id or a category is no text, or too long: rows, votes and comparisons go by them.
    """
    tasks = environment.tasks(split)
    for task in tasks:
        if not isinstance(task.id, str) or not task.id:
            raise ConfigError(f"env: tasks({split!r}) gives a task the id {task.id!r}: ids are texts; {_HOW}")
        category: object = task.category
        if not isinstance(category, str):
            what = f"task {task.id!r} the category {category!r}"
            raise ConfigError(f"env: tasks({split!r}) gives {what}: categories are texts; {_HOW}")
        if max(len(task.id), len(category)) > MOST_NAME:
            what = f"task {task.id[:50]!r} an id or a category of over {MOST_NAME:,} letters"
            raise ConfigError(f"env: tasks({split!r}) gives {what}: no record holds it")
    twice = [id_ for id_, count in Counter(task.id for task in tasks).items() if count > 1]
    if twice:
        raise ConfigError(f"env: tasks({split!r}) gives several tasks the id {twice[0]!r}: ids must be unique; {_HOW}")
    return tasks


async def train(method: Method, lab: Lab, tasks: Sequence[Task]) -> Modules:
    """Let a method train.

    Raises
    ------
    ConfigError
        If it called `sys.exit()`.
    """
    try:
        return await method.train(lab, tasks)
    except SystemExit as leaving:
        raise left("method: train()", leaving) from None


def check_trajectory(trajectory: object, task: Task) -> None:
    """Check what a rollout returned.

    Raises
    ------
    ConfigError
        If it is no trajectory, its score is no number from 0 to 1, its steps are no `Step`s or its notes no mapping.
    """
    if not isinstance(trajectory, Trajectory):
        raise ConfigError(f"env: rollout() of task {task.id!r} returned a {type(trajectory).__name__}, no Trajectory")
    score = trajectory.score
    if not isinstance(score, int | float) or not 0 <= score <= 1:
        said = "of very many digits" if isinstance(score, int) and score.bit_length() > 200 else repr(score)[:60]
        raise ConfigError(f"env: rollout() of task {task.id!r} gave the score {said}: scores lie in [0, 1]; {_HOW}")
    if not isinstance(trajectory.steps, Sequence) or not all(isinstance(step, Step) for step in trajectory.steps):
        raise ConfigError(f"env: rollout() of task {task.id!r} gave steps that are not all Steps; {_HOW}")
    if not isinstance(trajectory.notes, Mapping):
        raise ConfigError(f"env: rollout() of task {task.id!r} gave notes that are no mapping; {_HOW}")
