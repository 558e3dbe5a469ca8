"""The run's end of the line to one player: rollouts go out, what they ask is served at the run's door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from harness.core import clock
from harness.core.domain import Modules, Purpose, Role, Task
from harness.core.errors import HarnessError, InfrastructureError
from harness.core.messages import Message, ToolSchema
from harness.llm.door import Door
from harness.run.players.cluster.faults import Fault, PlayerLost, error_of, fault_of, text_of
from harness.run.players.cluster.mail import (
    Ask,
    Compute,
    Computed,
    Effect,
    Ended,
    FromPlayer,
    Play,
    Result,
    Said,
    Stop,
    Stops,
    read,
    write,
)
from harness.run.players.cluster.player import Job
from harness.run.players.playing import Played, within

HEARING, STOPPING = 10.0, 300.0
"""Seconds that a player may take to hear that it is to stop a rollout, and to stop it, before it counts as lost."""

GRACE = 1.0
"""Seconds more, for mail that waits in this process, whose event loop may have been busy."""


class Remote(Protocol):
    """A `Player` in another process. Its methods raise `PlayerLost` once it is gone."""

    async def begin(self, job: Job) -> bytes:
        """See `Player.begin`; waits until the player has a place to be."""
        ...

    async def hand_in(self, mail: list[bytes]) -> None:
        """See `Player.hand_in`."""
        ...

    async def take_out(self) -> list[bytes]:
        """See `Player.take_out`."""
        ...

    async def close(self) -> None:
        """Let it clean up, within some seconds, and end its process. Raises nothing."""
        ...


@dataclass
class Rollout:
    """A rollout that a player plays for the run.

    Attributes
    ----------
    ended
        Gets the player's last word on it.
    serving
        What the door is asked for it.
    errors
        The run's own errors that went to the player: one that ends the rollout is raised here as it was.
    """

    door: Door
    purpose: Purpose
    trial: int
    ended: asyncio.Future[Ended]
    serving: set[asyncio.Task[None]] = field(default_factory=set)
    errors: list[BaseException] = field(default_factory=list)
    _messages: list[Message] = field(default_factory=list)
    _tools: Sequence[ToolSchema] = ()

    def whole(self, ask: Ask) -> tuple[list[Message], Sequence[ToolSchema]]:
        """Return what a request asks: with what it shares with the last one of its rollout."""
        self._messages = [*self._messages[: ask.known], *ask.messages]
        self._tools = self._tools if ask.tools is None else ask.tools
        return self._messages, self._tools

    def kept(self, error: BaseException) -> Fault:
        """Return an error of the run as it goes to the player."""
        self.errors.append(error)
        return fault_of(error, len(self.errors) - 1)

    def raised(self, fault: Fault) -> BaseException:
        """Return the error that ended the rollout."""
        return error_of(fault) if fault.token is None else self.errors[fault.token]


@dataclass
class Stopping:
    """A rollout that the player was told to stop.

    Attributes
    ----------
    by
        When it is late, on the event loop's clock.
    heard
        Set when the player has heard it, has stopped it, or is lost.
    """

    by: float
    heard: asyncio.Event = field(default_factory=asyncio.Event)


class Line:
    """A player that has begun.

    Parameters
    ----------
    freed
        Called when the player has stopped a rollout, which makes room for another.

    Attributes
    ----------
    machine
        Its name, for messages.
    rollouts
        What it plays.
    """

    def __init__(self, remote: Remote, machine: str, freed: Callable[[], None] = lambda: None) -> None:
        self.machine = machine
        self.rollouts: dict[int, Rollout] = {}
        self._remote = remote
        self._freed = freed
        self._stopping: dict[int, Stopping] = {}
        self._until = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._lost: PlayerLost | None = None
        self._out: list[bytes] = []
        self._sending: asyncio.Task[None] | None = None
        self._computing: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count()

    @property
    def load(self) -> int:
        """How many rollouts the player has: those that it plays, and those that it has yet to stop."""
        return len(self.rollouts) + len(self._stopping)

    def room(self, window: int) -> bool:
        """Return whether the player is there and has fewer rollouts than a window holds."""
        return self._lost is None and self.load < window

    async def play(
        self,
        door: Door,
        modules: Modules,
        *,
        task: Task,
        purpose: Purpose,
        trial: int,
        now: float,
        limit: float | None = None,
    ) -> tuple[Played, float]:
        """Let the player play a task; return the rollout, and where its virtual clock stands then.

        Raises
        ------
        PlayerLost
            If the player is gone. So is one that does not hear that it is to stop what takes longer than `limit`
            seconds: whichever of its rollouts blocks its event loop, all of them take too long.
        InfrastructureError
            If it takes longer than `limit` seconds.
        """
        if self._lost is not None:
            raise self._lost
        number = next(self._numbers)
        try:
            message = write(Play(number, modules, task, purpose, trial, now))
        except Exception as error:  # whatever a payload holds
            raise HarnessError(f"task {task.id} cannot be sent to a player: {error}") from None
        rollout = Rollout(door, purpose, trial, asyncio.get_running_loop().create_future())
        self.rollouts[number] = rollout
        self._post(message)
        try:
            ended = await within(limit, task, rollout.ended)
        except asyncio.CancelledError:
            if rollout.ended.cancelled():
                self._stop(number)
            raise
        except InfrastructureError as error:
            if rollout.ended.cancelled():
                await self._stop(number).wait()
                if self._lost is not None:
                    raise PlayerLost(f"{error}; {self._lost}") from None
            raise
        finally:
            self._forget(number)
        if ended.fault is not None:
            clock.current().now = ended.now
            raise rollout.raised(ended.fault)
        assert ended.played is not None
        return ended.played, ended.now

    async def listen(self) -> PlayerLost:
        """Serve the player until it is lost; return why it is."""
        try:
            async with self._until:
                while self._lost is None:
                    for data in await self._remote.take_out():
                        self._receive(read(data))
        except PlayerLost as lost:
            self._lose(lost)
        except TimeoutError:
            if not self._until.expired():
                raise
            self._lose(PlayerLost(f"it did not stop a rollout within {HEARING:g} s"))
        finally:
            self._lose(PlayerLost("nobody listens to it"))
        assert self._lost is not None
        return self._lost

    async def close(self) -> None:
        """End the player."""
        self._lose(PlayerLost("the run has ended"))
        if self._sending is not None:
            self._sending.cancel()
        await self._remote.close()

    def _lose(self, lost: PlayerLost) -> None:
        """Give up the player: its rollouts are to be played by others, and its effects computed by others."""
        self._lost = self._lost or lost
        for rollout in self.rollouts.values():
            if not rollout.ended.done():
                rollout.ended.set_exception(lost)
        for stopping in self._stopping.values():
            stopping.heard.set()
        if self._timer is not None:
            self._timer.cancel()
        for computing in self._computing.values():
            if not computing.done():
                computing.set_exception(lost)

    def _forget(self, number: int) -> None:
        if (rollout := self.rollouts.pop(number, None)) is not None:
            for serving in rollout.serving:
                serving.cancel()

    def _stop(self, number: int) -> asyncio.Event:
        """Tell the player to stop a rollout; return what is set when it has heard.

        The rollout has its place there until it has ended.
        """
        self._forget(number)
        stopping = Stopping(asyncio.get_running_loop().time() + HEARING)
        if self._lost is None:
            self._post(write(Stop(number)))
            self._stopping[number] = stopping
            self._wait_for_stops()
        else:
            stopping.heard.set()
        return stopping.heard

    def _stops(self, number: int) -> None:
        """Take notice that the player has heard it: from now on it has the time that cleaning up may take."""
        if (stopping := self._stopping.get(number)) is not None:
            stopping.by += STOPPING
            stopping.heard.set()
            self._wait_for_stops()

    def _stopped(self, number: int) -> None:
        if (stopping := self._stopping.pop(number, None)) is not None:
            stopping.heard.set()
            self._wait_for_stops()
            self._freed()

    def _wait_for_stops(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._until.expired():
            return
        self._until.reschedule(None)
        if self._stopping:
            by = min(stopping.by for stopping in self._stopping.values())
            self._timer = asyncio.get_running_loop().call_at(by, self._late)

    def _late(self) -> None:
        if not self._until.expired():
            self._until.reschedule(asyncio.get_running_loop().time() + GRACE)

    def _receive(self, message: FromPlayer) -> None:
        if isinstance(message, Computed):
            if (computing := self._computing.get(message.request)) is not None and not computing.done():
                if message.fault is None:
                    computing.set_result(message.value)
                else:
                    computing.set_exception(_storable(error_of(message.fault)))
            return
        if isinstance(message, Stops):
            self._stops(message.rollout)
            return
        rollout = self.rollouts.get(message.rollout)
        if rollout is None:  # it was to stop
            if isinstance(message, Ended):
                self._stopped(message.rollout)
            return
        if isinstance(message, Ended):
            if not rollout.ended.done():
                rollout.ended.set_result(message)
        elif isinstance(message, Ask):
            messages, tools = rollout.whole(message)
            self._serve(rollout, self._asked(rollout, message.request, messages=messages, tools=tools))
        else:
            self._serve(rollout, self._effect(rollout, message))

    def _serve(self, rollout: Rollout, work: Coroutine[Any, Any, None]) -> None:
        context, _ = clock.branch(0.0)  # the rollout's own clock moves in the player
        task = asyncio.create_task(work, context=context)
        rollout.serving.add(task)
        task.add_done_callback(rollout.serving.discard)

    async def _asked(
        self, rollout: Rollout, request: int, *, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> None:
        try:
            answer = await rollout.door.ask(
                Role.AGENT, messages, purpose=rollout.purpose, trial=rollout.trial, tools=tools
            )
            said = Said(request, answer)
        except Exception as error:
            said = Said(request, None, rollout.kept(error))
        self._post(write(said))

    async def _effect(self, rollout: Rollout, effect: Effect) -> None:
        async def compute() -> Any:
            if self._lost is not None:
                raise self._lost
            computing = self._computing[effect.request] = asyncio.get_running_loop().create_future()
            self._post(write(Compute(effect.request)))
            try:
                return await computing
            finally:
                del self._computing[effect.request]

        while True:
            try:
                value = await rollout.door.effect(effect.kind, effect.inputs, compute)
                result = Result(effect.request, value)
            except PlayerLost as error:
                if self._lost is None:  # another rollout's, which computed it for us as well: now we do
                    continue
                result = Result(effect.request, None, rollout.kept(error))
            except Exception as error:
                result = Result(effect.request, None, rollout.kept(error))
            break
        self._post(write(result))

    def _post(self, data: bytes) -> None:
        if self._lost is not None:
            return
        self._out.append(data)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        """Send what there is, all that came meanwhile in one go."""
        while self._out and self._lost is None:
            out, self._out = self._out, []
            try:
                await self._remote.hand_in(out)
            except PlayerLost as lost:
                self._lose(lost)


def _storable(error: BaseException) -> Exception:
    """Return an error that a future can hold and a waiter can hear of."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(text_of(error))
