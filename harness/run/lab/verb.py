"""The rollouts of one verb of the Lab: played, perhaps evaluated, written as rows, and counted."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from harness.core.among import Among
from harness.core.domain import (
    Evaluation,
    Experience,
    Modules,
    Outcome,
    Performance,
    Purpose,
    Task,
    Trajectory,
    Usage,
)
from harness.run.lab.allowance import Allowance
from harness.run.lab.bench import Bench
from harness.run.lab.lineage import Place
from harness.run.lab.role_calls import RoleCalls
from harness.run.lab.rows import row_of

T = TypeVar("T")

UNEVALUATED = Evaluation("", "", pattern="", advice="")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb at work in one scope.

    Attributes
    ----------
    place
        Where its rows stand, but for the number of the task.
    """

    bench: Bench
    roles: RoleCalls
    allowance: Allowance
    scope: str
    purpose: Purpose
    place: Place

    async def experiences(self, modules: Modules, tasks: Sequence[Task], *, evaluate: bool) -> list[Experience]:
        """Play the tasks, let the evaluator read each trajectory if it is to, and return all of it."""

        def kept(task: Task, trajectory: Trajectory, evaluation: Evaluation | None) -> Experience:
            return Experience(task, trajectory, evaluation or UNEVALUATED)

        return await self._play(modules, tasks, kept=kept, evaluate=evaluate)

    async def performance(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Play the tasks and return how the modules did: no trajectory is held when its rollout has ended."""
        outcomes = await self._play(modules, tasks, kept=lambda _, trajectory, __: Outcome.of(trajectory))
        made = Performance.of(tasks, outcomes)
        known = self.bench.categories
        if made.scores.keys() <= known.keys():
            made = Performance(made.scores, Among(known, made.scores), made.tools)
        return made

    async def _play(
        self,
        modules: Modules,
        tasks: Sequence[Task],
        *,
        kept: Callable[[Task, Trajectory, Evaluation | None], T],
        evaluate: bool = False,
    ) -> list[T]:
        bench, scope, purpose = self.bench, self.scope, self.purpose
        bench.observer.started(scope, purpose, rollouts=len(tasks))
        taken = self.allowance.taking()

        async def one(number: int, task: Task) -> T:
            rollout = await bench.rollouts.play(bench.door, modules, task=task, purpose=purpose, trial=0)
            trajectory = rollout.trajectory
            evaluation, more = (
                await self.roles.evaluate(modules, task, trajectory=trajectory) if evaluate else (None, Usage())
            )
            taken.add(rollout.usage, more)  # when the rollout is whole: a retried one counts once
            row = row_of(
                purpose,
                scope,
                agent="training",
                modules=modules,
                task=task,
                trial=0,
                played=rollout,
                texts=bench.rows.texts,
                evaluation=evaluation,
            )
            bench.rows.add((*self.place, number), row)
            bench.observer.rolled_out(scope, purpose, score=trajectory.score)
            return kept(task, trajectory, evaluation)

        one_of: Callable[[int, Task], Coroutine[Any, Any, T]] = one
        played = await bench.rollouts.all(
            tasks, one_of, postponed=lambda reason: bench.observer.postponed(scope, purpose, reason=reason)
        )
        bench.rows.flush()  # to be seen while the method computes
        self.allowance.rolled_out(taken)
        return played
