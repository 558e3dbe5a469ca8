"""The player's end of the line: what its rollouts ask waits here until the run takes it, and finds its answer."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

from harness.core import clock
from harness.core.domain import Purpose, Role
from harness.core.errors import left
from harness.core.messages import Answer, Message, ToolSchema
from harness.run.players.cluster.faults import PlayerLost, error_of, fault_of
from harness.run.players.cluster.mail import Ask, Compute, Computed, Effect, FromPlayer, Result, Said, write

Computation = Callable[[], Awaitable[Any]]


class Post:
    """Messages to the run, and the requests that wait for its word."""

    def __init__(self) -> None:
        self._out: list[bytes] = []
        self._some = asyncio.Event()
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._computations: dict[int, Computation] = {}
        self._raised: dict[int, BaseException] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    def send(self, message: FromPlayer) -> None:
        """Leave a message for the run."""
        self._out.append(write(message))
        self._some.set()

    async def taken(self) -> list[bytes]:
        """Return all messages that were left, as soon as there is one."""
        await self._some.wait()
        self._some.clear()
        out, self._out = self._out, []
        return out

    async def ask(
        self, rollout: int, known: int, messages: Sequence[Message], tools: Sequence[ToolSchema] | None
    ) -> Answer:
        """Return what the agent's model answers; see `Ask`."""
        request = next(self._numbers)
        said: Said = await self._answered(request, Ask(request, rollout, known, messages, tools))
        if said.fault is not None:
            raise error_of(said.fault)
        assert said.answer is not None
        return said.answer

    async def effect(self, rollout: int, kind: str, *, inputs: Any, compute: Computation) -> Any:
        """Return the journaled result of an effect, which the run may want computed here."""

        async def computed() -> Any:
            try:
                return await compute()
            except SystemExit as leaving:
                raise left(f"env: what effect {kind!r} computes", leaving) from None

        request = next(self._numbers)
        self._computations[request] = computed
        try:
            result: Result = await self._answered(request, Effect(request, rollout, kind, inputs))
        finally:
            self._computations.pop(request, None)
            raised = self._raised.pop(request, None)
        if result.fault is not None:
            raise error_of(result.fault) if raised is None else raised
        return result.value

    def receive(self, message: Said | Compute | Result) -> None:
        """Take an answer to its request, or begin to compute."""
        if isinstance(message, Compute):
            # A task of its own: when the rollout is stopped, what it began still lands in the journal.
            task = asyncio.create_task(self._compute(message.request))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
            return
        waiting = self._waiting.get(message.request)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    async def _answered(self, request: int, message: FromPlayer) -> Any:
        waiting = self._waiting[request] = asyncio.get_running_loop().create_future()
        try:
            self.send(message)
            return await waiting
        finally:
            del self._waiting[request]

    async def _compute(self, request: int) -> None:
        compute = self._computations.get(request)
        try:
            if compute is None:
                raise PlayerLost("the rollout was stopped before its turn came")
            self.send(Computed(request, await compute()))
        except BaseException as error:  # the run hears of all: a task that leaves the event loop would end the player
            if request in self._waiting:
                self._raised[request] = error
            self.send(Computed(request, None, fault_of(error)))


class FarDoor:
    """The run's door as a rollout in a player sees it."""

    def __init__(self, post: Post, rollout: int) -> None:
        self._post = post
        self._rollout = rollout
        self._messages: list[Message | bytes] = []
        self._tools: bytes | None = None

    async def ask(
        self,
        role: Role,  # noqa: ARG002 - a rollout asks the agent's model alone, for the purpose that the run knows
        messages: Sequence[Message],
        *,
        purpose: Purpose,  # noqa: ARG002
        trial: int = 0,  # noqa: ARG002
        tools: Sequence[ToolSchema] = (),
    ) -> Answer:
        """See `Door.ask`."""
        try:
            answer = await self._post.ask(self._rollout, *self._new(messages, tools))
        except BaseException:  # it may not have reached the run: the next request goes whole
            self._messages, self._tools = [], None
            raise
        clock.advance(answer.usage.seconds)
        return answer

    async def effect(self, kind: str, inputs: Any, compute: Computation) -> Any:
        """See `Door.effect`."""
        return await self._post.effect(self._rollout, kind, inputs=inputs, compute=compute)

    def _new(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> tuple[int, list[Message], list[ToolSchema] | None]:
        """Return how much of the last request stands in this one again, and the rest of it."""
        last, self._messages = self._messages, [_kept(message) for message in messages]
        last_tools, self._tools = self._tools, pickle.dumps(list(tools))
        known = len(last) if self._messages[: len(last)] == last else 0
        return known, list(messages)[known:], None if last_tools == self._tools else list(tools)


def _kept(message: Message) -> Message | bytes:
    """Return a message as it is now, whatever its sender does with the mapping in it."""
    return pickle.dumps(message) if message.thinking else message
