"""One rollout played: what is common to all who play, and the players that are this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from harness.core.concurrency import is_cancelled
from harness.core.domain import Modules, Purpose, Role, Task, Trajectory, Usage
from harness.core.environment import Environment
from harness.core.errors import AnswerError, HarnessError, IncompleteRun, InfrastructureError, left
from harness.core.messages import Answer, Message, ToolCall, ToolSchema
from harness.core.time_limit import time_limit
from harness.llm.door import Door
from harness.records.conversation import Conversation
from harness.run.contract import check_trajectory

T = TypeVar("T")


class AgentDoor(Protocol):
    """What a rollout needs of a door: the run's own, or a player's line to it."""

    async def ask(
        self,
        role: Role,
        messages: Sequence[Message],
        *,
        purpose: Purpose,
        trial: int = 0,
        tools: Sequence[ToolSchema] = (),
    ) -> Answer:
        """See `Door.ask`."""
        ...

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """See `Door.effect`."""
        ...


@dataclass
class JournaledAgent:
    """The agent's model during one rollout, and what it took.

    Attributes
    ----------
    broken
        The first error that was the run's and not the agent's: a limit, a provider that is down, a full disk.
    """

    door: AgentDoor
    purpose: Purpose
    trial: int
    usage: Usage = Usage()  # noqa: RUF009 - it does not change
    conversations: list[Conversation] = field(default_factory=list)
    broken: HarnessError | None = None
    _thoughts: dict[tuple[ToolCall, ...], Mapping[str, Any]] = field(default_factory=dict)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        """Ask the agent's backbone. Turns that called tools go back with their reasoning."""
        conversation = self._conversation(messages, tools)
        if self._thoughts:
            messages = [self._with_thoughts(message) for message in messages]
        try:
            answer = await self.door.ask(Role.AGENT, messages, purpose=self.purpose, trial=self.trial, tools=tools)
        except AnswerError:  # after those an environment may go on
            raise
        except HarnessError as error:
            self.broken = self.broken or error
            raise
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
        try:
            return await self.door.effect(kind, inputs, compute)
        except IncompleteRun as error:  # any other may be `compute`'s own, which an environment may handle
            self.broken = self.broken or error
            raise


@dataclass(frozen=True, slots=True)
class Played:
    """A rollout: what happened, what the agent's calls took, and what was said in them."""

    trajectory: Trajectory
    usage: Usage
    conversations: Sequence[Conversation] = ()


class Players(Protocol):
    """Who plays the rollouts of a run."""

    async def play(self, door: Door, modules: Modules, *, task: Task, purpose: Purpose, trial: int) -> Played:
        """Play one task once; the virtual clock of the caller's strand moves by what its calls took.

        Raises
        ------
        InfrastructureError
            If the infrastructure broke it, or it took longer than a task may take.
        IncompleteRun
            If there is nobody who could play.
        """
        ...

    async def close(self) -> None:
        """Let go of all that plays; in the event loop of the run, at its end."""
        ...


class ThisProcess:
    """Plays in the event loop of the run.

    Parameters
    ----------
    timeout
        Seconds that a task may take; None: any.
    """

    def __init__(self, environment: Environment, timeout: float | None = None) -> None:
        self._environment = environment
        self._timeout = timeout

    async def play(self, door: Door, modules: Modules, *, task: Task, purpose: Purpose, trial: int) -> Played:
        """See `Players.play`."""
        work = played(self._environment, door, modules=modules, task=task, purpose=purpose, trial=trial)
        return await within(self._timeout, task, work)

    async def close(self) -> None:
        """Do nothing: the event loop ends what the environment left in it."""


async def played(
    environment: Environment, door: AgentDoor, *, modules: Modules, task: Task, purpose: Purpose, trial: int
) -> Played:
    """Let an environment play a task, and check what it returns.

    Raises
    ------
    HarnessError
        The run's own error that the environment met, whatever it made of it: such a rollout has no score.
    """
    agent = JournaledAgent(door, purpose, trial)
    try:
        trajectory = await environment.rollout(modules, task, agent)
    except SystemExit as leaving:
        raise left(f"env: rollout() of task {task.id!r}", leaving) from None
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        if agent.broken is None:
            raise RuntimeError(f"env: rollout() of task {task.id!r} was cancelled by its own work") from error
    except Exception as error:
        if agent.broken is None or error is agent.broken:
            raise
    if agent.broken is not None:
        raise agent.broken
    check_trajectory(trajectory, task)
    return Played(trajectory, agent.usage, agent.conversations)


async def within(seconds: float | None, task: Task, work: Awaitable[T]) -> T:
    """Return what the work gives; stop a rollout that takes longer than a task may take.

    Raises
    ------
    InfrastructureError
        Then: it is a fault of the infrastructure, not the agent's.
    """
    if seconds is None:
        return await work
    try:
        with time_limit(seconds) as limit:
            return await work
    except TimeoutError:
        if not limit.expired:
            raise
        raise InfrastructureError(f"task {task.id} took longer than {seconds:g} s (timeouts.task)") from None
