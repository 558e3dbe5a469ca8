"""Players of a crew in the event loop of the test: the same code as in their own processes, and easy to lose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from harness.core.environment import Environment
from harness.run.players.cluster.crew import Crew, Terms
from harness.run.players.cluster.faults import PlayerLost
from harness.run.players.cluster.mail import Begun, Stop, read, write
from harness.run.players.cluster.player import Job, Player

T = TypeVar("T")


class InProcess:
    """A `Remote` whose player is here; `lose()` is its death.

    One whose environment is `deaf` hears nothing from the first rollout on that it is to stop.
    """

    def __init__(self, environment: Environment) -> None:
        self.player = Player()
        self.environment = environment
        self.handed_in = 0
        self._death: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def begin(self, job: Job) -> bytes:
        self.player._environment = self.environment
        return await self._alive(self._begun())

    async def hand_in(self, mail: list[bytes]) -> None:
        self.handed_in += len(mail)
        if getattr(self.environment, "deaf", False) and any(isinstance(read(data), Stop) for data in mail):
            await self._alive(asyncio.Event().wait())
        await self._alive(self.player.hand_in(mail))

    async def take_out(self) -> list[bytes]:
        return await self._alive(self.player.take_out())

    async def close(self) -> None:
        self.lose()

    def lose(self) -> None:
        """Die: whatever the player does from now on, nobody hears of it."""
        if not self._death.done():
            self._death.set_result(None)
        for task in list(self.player._rollouts.values()):
            task.cancel()

    async def _begun(self) -> bytes:
        return write(Begun("here", self.environment.describe()))

    async def _alive(self, work: Awaitable[T]) -> T:
        doing = asyncio.ensure_future(work)
        await asyncio.wait({doing, self._death}, return_when=asyncio.FIRST_COMPLETED)
        if self._death.done():
            doing.cancel()
            raise PlayerLost("it died")
        return doing.result()


class Troupe:
    """A crew of players in this process.

    Attributes
    ----------
    hired
        All players that were ever hired, in order.
    """

    def __init__(
        self,
        environment: Callable[[], Environment],
        *,
        players: int = 2,
        window: int = 4,
        wait: float = 5.0,
        timeout: float | None = None,
    ) -> None:
        self.hired: list[InProcess] = []
        self._environment = environment
        self.crew = Crew(
            self._hire,
            Job("", (), 1, b""),
            description=environment().describe(),
            terms=Terms(players, window, wait, timeout),
            shortage=lambda: "nothing is free",
        )

    def _hire(self) -> InProcess:
        self.hired.append(InProcess(self._environment()))
        return self.hired[-1]
