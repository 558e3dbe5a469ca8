"""A player: builds the environment from the run's settings and plays rollouts. It holds no journal and no key."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import socket
import sys
from collections.abc import Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from harness.core import clock
from harness.core.domain import Purpose, Task
from harness.core.environment import Environment, Split
from harness.run.players.cluster.faults import fault_of
from harness.run.players.cluster.mail import Begun, Ended, Play, Stop, Stops, read, write
from harness.run.players.cluster.post import FarDoor, Post
from harness.run.players.cluster.wire import Where, Wire, WireBroken, connect
from harness.run.players.playing import played


class Job(NamedTuple):
    """What a player needs to begin.

    Attributes
    ----------
    folder
        The run's working folder: relative paths of the settings start there.
    paths
        Where the run imports from.
    cpus
        How many processors a player may use.
    settings
        The run's `Settings`, pickled: they can name classes that are imported from `paths`.
    """

    folder: str
    paths: tuple[str, ...]
    cpus: int
    settings: bytes


class Player:
    """Plays rollouts in its own process. All methods are called by the run."""

    def __init__(self) -> None:
        self._post = Post()
        self._environment: Environment | None = None
        self._rollouts: dict[int, asyncio.Task[None]] = {}
        self._tasks: dict[Split, Mapping[str, Task]] = {}
        self._carriers: list[asyncio.Task[None]] = []

    async def begin(self, job: Job, where: Where | None = None) -> tuple[bytes, bool]:
        """Build the environment; return a `Begun`, and whether mail goes over a connection to `where`."""
        machine = socket.gethostname()
        try:
            _settle(job)
            from harness.run.config.build import build_environment

            self._environment = build_environment(pickle.loads(job.settings))
            begun = write(Begun(machine, self._environment.describe()))
        except Exception as error:
            return write(Begun(machine, None, fault_of(error))), False
        wire = None if where is None else await connect(where)
        if wire is not None:
            carried = (self._fetch(wire), self._bring(wire))
            self._carriers = [asyncio.create_task(self._carry(wire, work)) for work in carried]
        return begun, wire is not None

    async def stay(self) -> None:
        """Return when the connection to the run is broken, or raise what broke it: the run hears why a player left."""
        ended, _ = await asyncio.wait(self._carriers, return_when=asyncio.FIRST_COMPLETED)
        for carrier in ended:
            carrier.result()

    async def hand_in(self, mail: Sequence[bytes]) -> None:
        """Take messages of the run."""
        for data in mail:
            message = read(data)
            if isinstance(message, Play):
                self._begin(message)
            elif isinstance(message, Stop):
                if (task := self._rollouts.get(message.rollout)) is not None:
                    task.cancel()
                    self._post.send(Stops(message.rollout))
            else:
                self._post.receive(message)

    async def take_out(self) -> list[bytes]:
        """Return what rollouts ask or brought, as soon as there is something."""
        return await self._post.taken()

    async def _carry(self, wire: Wire, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except WireBroken:
            pass
        finally:
            wire.close()  # the other direction ends as well

    async def _fetch(self, wire: Wire) -> None:
        while True:
            await self.hand_in(await wire.receive())

    async def _bring(self, wire: Wire) -> None:
        while True:
            await wire.send(await self.take_out())

    async def close(self) -> None:
        """Stop everything, as the end of an event loop does, so that sandboxes end and temporary files go."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._environment = None
        self._tasks.clear()
        gc.collect()

    def _begin(self, play: Play) -> None:
        context, own = clock.branch(play.now)
        task = asyncio.create_task(self._play(play, own), context=context)
        self._rollouts[play.rollout] = task
        task.add_done_callback(partial(self._ended, play))

    def _ended(self, play: Play, task: asyncio.Task[None]) -> None:
        del self._rollouts[play.rollout]
        if task.cancelled():  # before it began
            self._post.send(Ended(play.rollout, None, play.now, fault_of(asyncio.CancelledError())))

    async def _play(self, play: Play, own: clock.Clock) -> None:
        environment = self._environment
        assert environment is not None
        try:
            rollout = await played(
                environment,
                FarDoor(self._post, play.rollout),
                modules=play.modules,
                task=self._known(environment, play),
                purpose=play.purpose,
                trial=play.trial,
            )
            self._post.send(Ended(play.rollout, rollout, own.now))
        except BaseException as error:
            self._post.send(Ended(play.rollout, None, own.now, fault_of(error)))

    def _known(self, environment: Environment, play: Play) -> Task:
        """Return the environment's own task where it has it: its payload may be a file of this machine."""
        split: Split = "test" if play.purpose is Purpose.TEST else "train"
        if split not in self._tasks:
            self._tasks[split] = {task.id: task for task in environment.tasks(split)}
        own = self._tasks[split].get(play.task.id)
        return own if own is not None and own == play.task else play.task


def _settle(job: Job) -> None:
    """Make this process like the run's: where it works, where it imports from, how many processors it counts on."""
    os.environ["PYTHON_CPU_COUNT"] = str(job.cpus)
    sys.path.extend(path for path in job.paths if path not in sys.path)
    if Path(job.folder).is_dir():
        os.chdir(job.folder)
