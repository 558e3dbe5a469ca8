"""The final test: the trained agent, and the vanilla one beside it, scored once on the test tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from harness.domain import Modules, Purpose, Task
from harness.llm.door import Door
from harness.progress.events import Observer
from harness.record.schema import Score
from harness.record.spool import Spool
from harness.run.rollouts import Rollouts
from harness.run.rows import rollout_row


async def final_test(
    agent: Literal["trained", "vanilla"],
    modules: Modules,
    tasks: Sequence[Task],
    trials: int,
    door: Door,
    rollouts: Rollouts,
    rows: Spool,
    observer: Observer,
) -> Score:
    """Play every test task `trials` times and return the score over all rollouts."""
    observer.started(agent, Purpose.TEST, len(tasks) * trials)
    plan = [(trial, task) for trial in range(trials) for task in tasks]

    async def one(number: int, _: Task) -> tuple[str, float]:
        trial, task = plan[number]
        trajectory, usage = await rollouts.play(door, modules, task, Purpose.TEST, trial)
        row = rollout_row(Purpose.TEST, "", agent, modules, task, trial, trajectory, usage)
        rows.add((int(agent == "vanilla"), number), row)
        observer.rolled_out(agent, Purpose.TEST, trajectory.score)
        return task.category, trajectory.score

    scores = await rollouts.all(
        [task for _, task in plan], one, lambda reason: observer.postponed(agent, Purpose.TEST, reason)
    )
    return pooled(scores)


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
