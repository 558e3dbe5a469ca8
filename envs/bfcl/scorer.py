"""Whether a turn did what was asked, by the package's two checks: the state, and the results that were needed.

After each turn in which the ground truth calls tools, the agent must have called one, every simulator must be in the
state that the ground truth leaves, and each result of the ground truth's calls must be among the agent's results so
far. A turn without calls of the ground truth is not checked itself; what it changed shows in the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from envs.bfcl.conversation import Conversation
from envs.bfcl.world import World

VERSION = "1"
_MOST = 8
"""Differences that are named."""


class Check:
    """Plays the ground truth on simulators of its own, turn by turn beside the agent."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._world = World(conversation)
        self._results: Counter[str] = Counter()

    def turn(self, number: int, results: Sequence[str], world: World) -> str:
        """Return what is wrong after a turn, in words that name no call of the ground truth; empty if nothing is.

        Parameters
        ----------
        number
            Of the turn, from 0; each is checked once, in order.
        results
            What the agent's calls of this turn gave.
        world
            The agent's simulators.
        """
        calls = self._conversation.calls(number)
        needed = [self._world.call(call.name, call.named, call.positional) for call in calls]
        self._results.update(results)
        if not calls:
            return ""
        if not results:
            return "no tool was called"
        if found := list(_wrong(world, self._world)):
            return "; ".join(found[:_MOST] + ["and more"] * (len(found) > _MOST))
        lacking = Counter(needed) - self._results
        tools = dict.fromkeys(call.name for call, said in zip(calls, needed, strict=True) if said in lacking)
        return f"a result that was needed was never read: of {', '.join(tools)}" if tools else ""


def _wrong(world: World, right: World) -> Iterator[str]:
    states = world.state()
    for name, wanted in right.state().items():
        for attribute, value in wanted.items():
            found = states[name][attribute]
            if found != value:
                where = f"{name}.{attribute}"
                yield from list(differences(found, value, where)) or [f"{where} is not as it should be"]


def differences(found: Any, wanted: Any, where: str) -> Iterator[str]:
    """Yield where two states differ. What should be there is named by its place, not by its value."""
    found, wanted = (getattr(value, "contents", getattr(value, "content", value)) for value in (found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in (key for key in wanted if key not in found):
            yield f"{where}/{key} is missing"
        for key, value in found.items():
            if key not in wanted:
                yield f"{where}/{key} should not be there"
            elif value != wanted[key]:
                yield from differences(value, wanted[key], f"{where}/{key}")
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
            if one != other:
                yield from differences(one, other, f"{where}/{number}")
    elif isinstance(found, list) and isinstance(wanted, list):
        yield f"{where} has {len(found)} entries, too {'few' if len(found) < len(wanted) else 'many'}"
    else:
        yield f"{where} should not be {_short(found)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."
