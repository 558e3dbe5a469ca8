"""Where rollouts are dispatched: the one place that lets an environment play tasks, on this machine, concurrently."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from harness.core.concurrency import Slots, gather
from harness.core.domain import Modules, Purpose, Role, Task, Trajectory, Usage
from harness.core.environment import Environment
from harness.core.errors import IncompleteRun, InfrastructureError
from harness.core.messages import Answer, Message, ToolCall, ToolSchema
from harness.llm.door import Door
from harness.records.conversation import Conversation
from harness.run.contract import check_trajectory

T = TypeVar("T")


@dataclass
class JournaledAgent:
    """The agent's model during one rollout, and what it took."""

    door: Door
    purpose: Purpose
    trial: int
    usage: Usage = field(default_factory=Usage)
    conversations: list[Conversation] = field(default_factory=list)
    _thoughts: dict[tuple[ToolCall, ...], Mapping[str, Any]] = field(default_factory=dict)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        """Ask the agent's backbone. Turns that called tools go back with their reasoning."""
        conversation = self._conversation(messages, tools)
        if self._thoughts:
            messages = [self._with_thoughts(message) for message in messages]
        answer = await self.door.ask(Role.AGENT, messages, purpose=self.purpose, trial=self.trial, tools=tools)
        self.usage += answer.usage
        conversation.answer = answer
        if answer.thinking:
            self._thoughts[answer.tool_calls] = answer.thinking
        return answer

    def _conversation(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Conversation:
        """Return the conversation that this call continues, or a new one."""
        asked, offered = tuple(messages), tuple(tools)
        for known in self.conversations:
            if known.continued_by(asked, offered):
                known.messages, known.answer = asked, None
                return known
        self.conversations.append(Conversation(asked, offered))
        return self.conversations[-1]

    def _with_thoughts(self, message: Message) -> Message:
        thinking = self._thoughts.get(message.tool_calls) if message.tool_calls else None
        return replace(message, thinking=thinking) if thinking else message

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """Return a journaled effect."""
        return await self.door.effect(kind, inputs, compute)


@dataclass(frozen=True, slots=True)
class Played:
    """A rollout: what happened, what the agent's calls took, and what was said in them."""

    trajectory: Trajectory
    usage: Usage
    conversations: Sequence[Conversation] = ()


class Rollouts:
    """Plays tasks.

    Parameters
    ----------
    limit
        How many rollouts go on at once.
    timeout
        Seconds that a task may take; longer is a fault of the infrastructure, not the agent's. None: any.
    rounds
        How often a task that infrastructure broke is tried, the first time included.
    evaluations
        How many tasks that were played may wait for the evaluator, all strands together; None: `limit`. With more of
        them no other task begins, so that memory holds a bounded number of tasks under way.
    """

    def __init__(
        self,
        environment: Environment,
        limit: int,
        *,
        timeout: float | None = None,
        rounds: int = 2,
        evaluations: int | None = None,
    ) -> None:
        self._environment = environment
        self._slots = asyncio.Semaphore(limit)
        self._under_way = Slots(limit + (limit if evaluations is None else evaluations))
        self._timeout = timeout
        self._rounds = rounds

    async def play(self, door: Door, modules: Modules, *, task: Task, purpose: Purpose, trial: int) -> Played:
        """Play one task once."""
        async with self._slots:
            agent = JournaledAgent(door, purpose, trial)
            try:
                async with asyncio.timeout(self._timeout) as limit:
                    trajectory = await self._environment.rollout(modules, task, agent)
            except TimeoutError:
                if not limit.expired():
                    raise
                raise InfrastructureError(
                    f"task {task.id} took longer than {self._timeout:g} s (timeouts.task)"
                ) from None
        check_trajectory(trajectory, task)
        return Played(trajectory, agent.usage, agent.conversations)

    async def all(
        self,
        tasks: Sequence[Task],
        one: Callable[[int, Task], Coroutine[Any, Any, T]],
        *,
        postponed: Callable[[str], None],
    ) -> list[T]:
        """Do `one` for every task, many at once; try those that infrastructure broke again when the others have ended.

        Parameters
        ----------
        one
            Gets the task's number and the task.
        postponed
            Hears why a task is tried again.

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
            await gather((attempt(number) for number in missing), self._under_way)
            missing = sorted(broken)
            if not missing:
                return results
        raise IncompleteRun(f"{len(missing)} of {len(tasks)} tasks could not be played ({broken[missing[0]]})")
