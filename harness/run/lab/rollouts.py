"""Where rollouts are dispatched: how many go on at once, and what becomes of those that infrastructure broke."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from harness.core.concurrency import Slots, gather
from harness.core.domain import Modules, Purpose, Task
from harness.core.errors import IncompleteRun, InfrastructureError
from harness.llm.door import Door
from harness.run.players.playing import Played, Players

T = TypeVar("T")


class Rollouts:
    """Plays tasks.

    Parameters
    ----------
    limit
        How many rollouts go on at once.
    rounds
        How often a task that infrastructure broke is tried, the first time included.
    evaluations
        How many tasks that were played may wait for the evaluator, all strands together; None: `limit`. With more of
        them no other task begins, so that memory holds a bounded number of tasks under way.
    """

    def __init__(self, players: Players, limit: int, *, rounds: int = 2, evaluations: int | None = None) -> None:
        self._players = players
        self._slots = asyncio.Semaphore(limit)
        self._played = Slots(limit)
        self._evaluated = Slots(limit + (limit if evaluations is None else evaluations))
        self._rounds = rounds

    async def play(self, door: Door, modules: Modules, *, task: Task, purpose: Purpose, trial: int) -> Played:
        """Play one task once."""
        async with self._slots:
            return await self._players.play(door, modules, task=task, purpose=purpose, trial=trial)

    async def all(
        self,
        tasks: Sequence[Task],
        one: Callable[[int, Task], Coroutine[Any, Any, T]],
        *,
        postponed: Callable[[str], None],
        evaluated: bool = True,
    ) -> list[T]:
        """Do `one` for every task, many at once; try those that infrastructure broke again when the others have ended.

        Parameters
        ----------
        one
            Gets the task's number and the task.
        postponed
            Hears why a task is tried again.
        evaluated
            Whether `one` may go on when the task is played; if not, no task begins before it can be played.

        Raises
        ------
        IncompleteRun
            If some still lack a result after the last round.
        """
        results: list[Any] = [None] * len(tasks)
        broken: dict[int, InfrastructureError] = {}

        async def attempt(number: int) -> None:
            try:
                results[number] = await one(number, tasks[number])
                broken.pop(number, None)
            except InfrastructureError as error:
                broken[number] = error
                postponed(str(error))

        missing: Sequence[int] = range(len(tasks))
        for _ in range(self._rounds):
            slots = self._evaluated if evaluated else self._played
            await gather((attempt(number) for number in missing), slots)
            missing = sorted(broken)
            if not missing:
                return results
        raise IncompleteRun(f"{len(missing)} of {len(tasks)} tasks could not be played ({broken[missing[0]]})")
