"""How a game is opened for one episode: in process, or in one of a few TextWorld processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from envs.alfworld.agent import Game
from envs.alfworld.engine import GameFile, NativeEngine, Observation, TextWorldEngine
from envs.alfworld.engine.textworld import TextWorldWorker


class Player(Protocol):
    """Opens games."""

    def open(self, game: GameFile) -> AbstractAsyncContextManager[Game]:
        """Open a game for one episode."""
        ...


class NativePlayer:
    """Opens games in our own engine: a step takes microseconds, so it is taken right here."""

    @asynccontextmanager
    async def open(self, game: GameFile) -> AsyncIterator[Game]:
        """See `Player.open`."""
        engine = NativeEngine(game)

        async def reset() -> Observation:
            return engine.reset()

        async def step(command: str) -> Observation:
            return engine.step(command)

        yield Game(engine.help, reset, step)


class TextWorldPlayer:
    """Opens games in TextWorld, one at a time in each of `workers` processes, which start when they are needed."""

    def __init__(self, workers: int = 2) -> None:
        self._free: list[TextWorldWorker] = []
        self._slots = asyncio.Semaphore(workers)

    @asynccontextmanager
    async def open(self, game: GameFile) -> AsyncIterator[Game]:
        """See `Player.open`."""
        async with self._slots:
            worker = self._free.pop() if self._free else await asyncio.to_thread(TextWorldWorker)
            try:
                engine = await asyncio.to_thread(TextWorldEngine, game, worker)
                try:

                    async def reset() -> Observation:
                        return await asyncio.to_thread(engine.reset)

                    async def step(command: str) -> Observation:
                        return await asyncio.to_thread(engine.step, command)

                    yield Game(NativeEngine(game).help, reset, step)
                finally:
                    await asyncio.to_thread(engine.close)
            except BaseException:
                worker.close()  # whatever it was doing, nobody waits for it any more
                raise
            self._free.append(worker)
