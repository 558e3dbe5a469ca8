"""Whether a refusal is about one call or about all: what a provider says of one prompt must not decide a run.

A refusal is the outcome of its call where the model has answered a call of the same shape in this run and answers
some call after the refused one began: the key is good, the credit lasts, the request's form is taken. Where other
calls are under way, theirs decide; else a short question does. What the first calls of a run show, stops it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from harness.core.messages import Call

Shape = tuple[bool, bool]
"""Whether a call declares tools, and whether it asks for a form."""


@dataclass
class _Model:
    answers: int = 0
    shapes: set[Shape] = field(default_factory=set)
    under_way: Counter[Shape] = field(default_factory=Counter)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def takes(self, shape: Shape) -> bool:
        """Return whether a call of this shape was answered."""
        return any(_covers(other, shape) for other in self.shapes)

    def waits(self, shape: Shape) -> bool:
        """Return whether a call is under way that may show whether this shape is taken."""
        return any(number and _covers(other, shape) for other, number in self.under_way.items())

    async def change(self) -> None:
        """Wait until a call ends."""
        self.ended.clear()
        await self.ended.wait()


@dataclass(slots=True)
class Turn:
    """One call under way, until it is closed."""

    model: _Model
    shape: Shape
    before: int
    open: bool = True

    def __enter__(self) -> Turn:
        """Begin."""
        self.model.under_way[self.shape] += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, however the call ended."""
        self.close()

    def answered(self) -> None:
        """Note that the model answered."""
        self.model.answers += 1
        self.model.shapes.add(self.shape)
        self.close()

    def close(self) -> None:
        """Note that the call is over."""
        if self.open:
            self.open = False
            self.model.under_way[self.shape] -= 1
            self.model.ended.set()


class Standing:
    """What is known of the models of a run: which shapes of calls they have answered.

    Parameters
    ----------
    recorded
        Says whether the run's journal holds an answer of this model to a call of this shape.
    """

    def __init__(self, recorded: Callable[[str, Shape], bool]) -> None:
        self._recorded = recorded
        self._models: defaultdict[str, _Model] = defaultdict(_Model)

    def turn(self, model: str, call: Call) -> Turn:
        """Return what holds the place of a call while it is under way."""
        state = self._models[model]
        return Turn(state, (bool(call.tools), call.form is not None), state.answers)

    async def is_about_one(self, model: str, turn: Turn, *, ask: Callable[[], Awaitable[bool]]) -> bool:
        """Return whether the refusal of a call is about that call alone.

        Parameters
        ----------
        ask
            Puts a short question to the model and returns whether it answers.
        """
        state = turn.model
        turn.close()
        while not (state.answers > turn.before and state.takes(turn.shape)) and state.waits(turn.shape):
            await state.change()
        if not state.takes(turn.shape) and not self._recorded(model, turn.shape):
            return False
        async with state.asking:
            if state.answers == turn.before and await ask():
                state.answers += 1
            return state.answers > turn.before


def _covers(answered: Shape, asked: Shape) -> bool:
    """Return whether who takes the one shape takes the other: a plainer call is covered by a richer one."""
    return all(has or not wants for has, wants in zip(answered, asked, strict=True))
