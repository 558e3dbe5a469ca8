"""The final test: the trained agent, and the vanilla one beside it, scored once on the test tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from harness.core.domain import Modules, Purpose, Task
from harness.llm.door import Door
from harness.records.schema import Score
from harness.records.spool import Spool
from harness.run.lab.rollouts import Rollouts
from harness.run.lab.rows import row_of
from harness.run.progress.events import Observer


async def final_test(
    agent: Literal["trained", "vanilla"],
    modules: Modules,
    *,
    tasks: Sequence[Task],
    trials: int,
    door: Door,
    rollouts: Rollouts,
    rows: Spool,
    observer: Observer,
) -> Score:
    """Play every test task `trials` times and return the score over all rollouts."""
    observer.started(agent, Purpose.TEST, rollouts=len(tasks) * trials)
    plan = [(trial, task) for trial in range(trials) for task in tasks]

    async def one(number: int, _: Task) -> tuple[str, float]:
        trial, task = plan[number]
        rollout = await rollouts.play(door, modules, task=task, purpose=Purpose.TEST, trial=trial)
        row = row_of(
            Purpose.TEST, "", agent=agent, modules=modules, task=task, trial=trial, played=rollout, texts=rows.texts
        )
        rows.add((int(agent == "vanilla"), number), row)
        observer.rolled_out(agent, Purpose.TEST, score=rollout.trajectory.score)
        return task.category, rollout.trajectory.score

    scores = await rollouts.all(
        [task for _, task in plan],
        one,
        postponed=lambda reason: observer.postponed(agent, Purpose.TEST, reason=reason),
        evaluated=False,
    )
    rows.flush()
    return Score.of(scores)
