"""The players of a run: as many as are wanted, each with a window of rollouts; lost ones are replaced."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

from harness.core import clock
from harness.core.domain import Modules, Purpose, Task
from harness.core.environment import SHOWN, Description
from harness.core.errors import HarnessError, IncompleteRun, InfrastructureError
from harness.llm.door import Door
from harness.llm.redact import one_line
from harness.run.players.cluster.faults import PlayerLost, error_of
from harness.run.players.cluster.line import Line, Remote
from harness.run.players.cluster.mail import Begun, read
from harness.run.players.cluster.player import Job
from harness.run.players.playing import Played

_log = logging.getLogger(__name__)

LOSSES = 3
"""How many players one task may take with it before it counts as broken."""

PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds before a player that never began is replaced: at first, doubled each time, and at most."""


@dataclass(frozen=True)
class Terms:
    """How the players of a run work.

    Attributes
    ----------
    players
        How many.
    window
        The most rollouts that one plays at a time.
    wait
        Seconds that the run waits while there is no player at all.
    timeout
        Seconds that a task may take; None: any.
    """

    players: int
    window: int
    wait: float
    timeout: float | None = None


class Crew:
    """The `Players` of a run on a cluster.

    Parameters
    ----------
    hire
        Asks for one player more.
    job
        What each is to do.
    description
        What its environment must say of itself: the same as here.
    shortage
        Says why there may be no player, for people.
    """

    def __init__(
        self,
        hire: Callable[[], Remote],
        job: Job,
        *,
        description: Description,
        terms: Terms,
        shortage: Callable[[], str],
    ) -> None:
        self._hire = hire
        self._job = job
        self._description = _compared(description)
        self._terms = terms
        self._shortage = shortage
        self._lines: list[Line] = []
        self._places: list[asyncio.Task[None]] = []
        self._patience: asyncio.TimerHandle | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._ended: HarnessError | None = None
        self._reason = ""
        self._suspects = asyncio.Lock()

    async def play(self, door: Door, modules: Modules, *, task: Task, purpose: Purpose, trial: int) -> Played:
        """See `Players.play`. A task whose player is lost is played by another one.

        The last try of a task is made while no other task has its last: of those that shared each lost player, only
        the one that ends its players fails.
        """
        self._open()
        strand = clock.current()

        async def once() -> Played:
            line = await self._free_line()
            try:
                made, strand.now = await line.play(
                    door,
                    modules,
                    task=task,
                    purpose=purpose,
                    trial=trial,
                    now=strand.now,
                    limit=self._terms.timeout,
                )
            finally:
                self._wake()
            return made

        for _ in range(LOSSES - 1):
            with suppress(PlayerLost):
                return await once()
        try:
            async with self._suspects:
                return await once()
        except PlayerLost as lost:
            raise InfrastructureError(
                f"task {task.id}: {LOSSES} players were lost while they played it ({lost})"
            ) from None

    async def close(self) -> None:
        """End all players."""
        self._ended = self._ended or IncompleteRun("the run has ended")
        self._be_patient(False)
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)

    def _open(self) -> None:
        if not self._places and self._ended is None:
            # In a context of its own: what serves players must not move the clock of the strand that came first.
            context, _ = clock.branch(0.0)
            loop = asyncio.get_running_loop()
            self._places = [loop.create_task(self._fill(), context=context) for _ in range(self._terms.players)]
            self._be_patient(True)

    async def _fill(self) -> None:
        """Keep one place filled: hire a player, serve it until it is lost, hire the next."""
        failed = 0
        while True:
            remote = self._hire()
            line: Line | None = None
            try:
                line = await self._begun(remote)
                failed = 0
                self._joined(line)
                lost = await line.listen()
                self._left(line, lost)
            except PlayerLost as lost:
                self._reason = str(lost)
                failed += 1
            except HarnessError as error:
                self._give_up(error)
                return
            except Exception as error:  # a message that cannot be read: no other player's can
                self._give_up(HarnessError(f"what a player says cannot be read: {one_line(error)}"))
                return
            finally:
                await asyncio.shield(line.close() if line is not None else remote.close())
            if failed:
                await asyncio.sleep(min(LONGEST_PAUSE, PAUSE * 2 ** (failed - 1)))

    async def _begun(self, remote: Remote) -> Line:
        begun: Begun = read(await remote.begin(self._job))
        if begun.fault is not None or begun.description is None:
            reason = "" if begun.fault is None else one_line(error_of(begun.fault))
            raise IncompleteRun(f"a player on {begun.machine} cannot play: {reason}")
        theirs = _compared(begun.description)
        for name, ours in self._description.items():
            if theirs[name] != ours:
                raise IncompleteRun(
                    f"a player on {begun.machine} has another environment: its {name} is {theirs[name]!r}, here it is "
                    f"{ours!r}; all machines need the same code and data"
                )
        return Line(remote, begun.machine, self._wake)

    def _joined(self, line: Line) -> None:
        self._lines.append(line)
        self._be_patient(False)
        for _ in range(self._terms.window):
            self._wake()

    def _left(self, line: Line, lost: PlayerLost) -> None:
        self._lines.remove(line)
        self._reason = str(lost)
        _log.warning("a player on %s was lost (%s); another one plays its tasks", line.machine, lost)
        if not self._lines:
            self._be_patient(True)

    async def _free_line(self) -> Line:
        """Return the player with the fewest rollouts, when one has a place in its window."""
        while True:
            if self._ended is not None:
                raise self._ended
            free = [line for line in self._lines if line.room(self._terms.window)]
            if free:
                return min(free, key=lambda line: line.load)
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._wake()  # its turn goes to the next one
                raise

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _be_patient(self, yes: bool) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if yes:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(self._terms.wait, lambda: self._give_up(IncompleteRun(self._nobody())))

    def _nobody(self) -> str:
        shortage = self._shortage()
        last = f"; the last one was lost: {self._reason}" if self._reason not in ("", shortage) else ""
        return f"no player could be had within {self._terms.wait:g} s (executor.wait): {shortage}{last}"

    def _give_up(self, error: HarnessError) -> None:
        self._ended = self._ended or error
        while self._waiting:
            self._wake()


def _compared(description: Description) -> dict[str, object]:
    return {name: value for name, value in asdict(description).items() if name not in SHOWN}
