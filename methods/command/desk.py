"""The desk: what a program may ask for, done on the Lab, and the transcript from which a replay does it again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core import clock
from harness.core.domain import Evidence, Experience, Performance, Role, Task
from harness.core.lab import Lab
from harness.core.messages import Message
from methods.command.wording import Unusable, read_modules, written

Entry = dict[str, Any]
"""One call of the transcript: what was asked for, in JSON, and ``after``: the call whose answer it may rest on."""


class Spent(Exception):
    """The budget does not reach for this call."""


@dataclass
class Desk:
    """Does a program's calls, each in a scope of its own.

    A call that was taken in is done to its end, also for a program that no longer listens: where it was cut would
    depend on timing, and a replay could not cut it there again. One that still waits for its turn is dropped.

    Two clocks would disagree about a program: it computes outside. So each call starts, on the run's virtual clock,
    when the last of the calls that had been answered by then ended.

    Parameters
    ----------
    lab
        Of the run.
    tasks
        The training tasks.
    steps
        The most calls of the optimizer's model.
    in_turn
        Whether calls are done one at a time: where a budget is matched, what one takes decides on the next.
    """

    lab: Lab
    tasks: Sequence[Task]
    steps: int
    in_turn: bool = False
    transcript: list[Entry] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._by_id = {task.id: task for task in self.tasks}
        self._asked: Counter[str] = Counter()
        self._ended: dict[int, float] = {}
        self._latest = -1
        self._began = clock.current().now
        self._turn = asyncio.Lock()
        self._optimized = 0
        self._at_work: set[asyncio.Task[Any]] = set()
        self._failed: BaseException | None = None

    async def evaluate(
        self, modules: Mapping[str, Any], ids: Sequence[str] | None, *, feedback: bool
    ) -> Evidence | Performance:
        """Return the evidence of training tasks, or the performance on the validation tasks.

        Raises
        ------
        Unusable
            If modules or task ids are wrong.
        Spent
            If the budget does not reach.
        """
        made = read_modules(modules, self.lab.initial)
        if ids is not None:
            self._known(ids)
        entry = {"call": "evaluate", "modules": written(made), "tasks": None if ids is None else list(ids)}
        found: Evidence | Performance = await self._do(entry | {"feedback": feedback})
        return found

    async def complete(self, role: Role, messages: Sequence[Message], *, seed: int | None) -> str:
        """Return the answer of a role's model; the n-th equal prompt gets the n-th answer, unless a seed says which.

        Raises
        ------
        Spent
            If the budget does not reach.
        """
        if role is Role.OPTIMIZER and self._optimized >= self.steps:
            raise self._no("steps", f"method.steps={self.steps}: all calls of the optimizer are used")
        said = [[message.role, message.content] for message in messages]
        prompt = repr((role.value, said))
        attempt = self._asked[prompt] if seed is None else seed
        self._asked[prompt] += seed is None
        self._optimized += role is Role.OPTIMIZER
        entry = {"call": "complete", "role": role.value, "messages": said, "attempt": attempt}
        try:
            text: str = await self._do(entry)
        except asyncio.CancelledError:
            if "after" not in entry:  # dropped while it waited: it was never asked
                self._asked[prompt] -= seed is None
                self._optimized -= role is Role.OPTIMIZER
            raise
        return text

    async def repeat(self, transcript: Sequence[Entry]) -> None:
        """Do the calls of a transcript again, in the order in which they were taken in."""
        for entry in transcript:
            self.transcript.append(entry)
            if self.in_turn:
                self._within(entry)
            if not entry.get("refused"):
                await self._timed(len(self.transcript) - 1, self._work(entry))

    async def settle(self) -> None:
        """Wait for the calls that are at work; raises the first error of the harness's own among them."""
        while self._at_work:
            await asyncio.wait(self._at_work)
        if self._failed is not None:
            raise self._failed

    async def abandon(self) -> None:
        """End the calls that are at work: the run stops here, and does them when it is started again."""
        for work in self._at_work:
            work.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    def finish(self) -> None:
        """Move the run's clock to the end of the last call."""
        clock.current().now = max([self._began, *self._ended.values()])

    def budget(self) -> Mapping[str, Any]:
        """Return what is used: calls of the optimizer, and what the run matches."""
        return {"optimizer_calls": self._optimized, "steps": self.steps, **self.lab.budget()}

    def _known(self, ids: Sequence[str]) -> None:
        for task in ids:
            if task not in self._by_id:
                raise Unusable(
                    f"tasks: {task[:80]!r} is not a training task; GET /tasks lists them, and no others are played"
                )

    async def _do(self, entry: Entry) -> Any:
        if not self.in_turn:
            return await self._kept(self._taken_in(entry))
        await self._turn.acquire()
        return await self._kept(self._in_turn(entry))

    async def _in_turn(self, entry: Entry) -> Any:
        try:
            if not self._within(entry):
                self.transcript.append(entry | {"refused": True})
                raise self._no("budget", "the budget of this run is used up: what is saved by now is the result")
            return await self._taken_in(entry)
        finally:
            self._turn.release()

    async def _kept(self, work: Coroutine[Any, Any, Any]) -> Any:
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._at_work.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Spent):
            self._failed = self._failed or error

    def _within(self, entry: Entry) -> bool:
        return self.lab.another_step([self._by_id[task] for task in entry.get("tasks") or ()])

    def _no(self, kind: str, reason: str) -> Spent:
        self.refused[kind] += 1
        return Spent(reason)

    async def _taken_in(self, entry: Entry) -> Any:
        entry["after"] = self._latest
        self.transcript.append(entry)
        return await self._timed(len(self.transcript) - 1, self._work(entry))

    def _work(self, entry: Entry) -> Callable[[], Awaitable[Any]]:
        strand = self.lab.scope(f"call-{len(self.transcript)}", share=0)
        if entry["call"] == "complete":
            messages = [Message(role, content) for role, content in entry["messages"]]
            return lambda: strand.complete(Role(entry["role"]), messages, entry["attempt"])
        modules = read_modules(entry["modules"], self.lab.initial)
        if entry["tasks"] is None:
            return lambda: strand.validate(modules)
        tasks = [self._by_id[task] for task in entry["tasks"]]
        return lambda: strand.explore(modules, tasks, evaluate=entry["feedback"])

    async def _timed(self, number: int, work: Callable[[], Awaitable[Any]]) -> Any:
        after = self.transcript[number]["after"]
        context, own = clock.branch(self._ended.get(after, self._began))
        result = await asyncio.create_task(_awaited(work), context=context)
        self._ended[number] = own.now
        if own.now >= self._ended.get(self._latest, self._began):
            self._latest = number
        return result


async def _awaited(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


def shown(experience: Experience) -> dict[str, Any]:
    """Return one rollout as the program sees it."""
    trajectory, evaluation = experience.trajectory, experience.evaluation
    feedback = {"failed": evaluation.failed, "pattern": evaluation.pattern, "advice": evaluation.advice}
    return {
        "task": experience.task.id,
        "score": trajectory.score,
        "success": trajectory.success,
        "answer": trajectory.answer,
        "steps": [{"thought": s.thought, "action": s.action, "observation": s.observation} for s in trajectory.steps],
        "feedback": {name: text for name, text in feedback.items() if text},
    }


def measured(performance: Performance) -> dict[str, Any]:
    """Return the validation as the program sees it: scores alone."""
    return {"mean": performance.mean, "results": [{"task": t, "score": s} for t, s in performance.scores.items()]}


def explored(evidence: Evidence) -> dict[str, Any]:
    """Return an evaluation on training tasks as the program sees it."""
    return {"mean": evidence.performance.mean, "results": [shown(experience) for experience in evidence]}
