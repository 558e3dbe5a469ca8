"""What goes over the line between a run and a player: small tuples of texts and numbers, pickled one by one."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any, NamedTuple

from harness.core.domain import Modules, Purpose, Task
from harness.core.environment import Description
from harness.core.messages import Answer, Message, ToolSchema
from harness.run.players.cluster.faults import Fault
from harness.run.players.playing import Played


class Play(NamedTuple):
    """To a player: play a task. `now` is where the virtual clock of its strand stands, in seconds."""

    rollout: int
    modules: Modules
    task: Task
    purpose: Purpose
    trial: int
    now: float


class Stop(NamedTuple):
    """To a player: nobody waits for this rollout any more. It stops it, and says that it has ended."""

    rollout: int


class Said(NamedTuple):
    """To a player: the answer of a model, or why there is none."""

    request: int
    answer: Answer | None
    fault: Fault | None = None


class Compute(NamedTuple):
    """To a player: the journal has no such effect, and nobody else computes it; compute it."""

    request: int


class Result(NamedTuple):
    """To a player: the journaled result of an effect, or why there is none."""

    request: int
    value: Any
    fault: Fault | None = None


class Ask(NamedTuple):
    """From a player: a rollout asks the agent's model.

    Attributes
    ----------
    known
        How many messages of the rollout's last request come first: histories grow, and go over the line once.
    tools
        None: those of the last request.
    """

    request: int
    rollout: int
    known: int
    messages: Sequence[Message]
    tools: Sequence[ToolSchema] | None


class Effect(NamedTuple):
    """From a player: a rollout needs an effect."""

    request: int
    rollout: int
    kind: str
    inputs: Any


class Computed(NamedTuple):
    """From a player: what an effect's computation gave, for the journal."""

    request: int
    value: Any
    fault: Fault | None = None


class Stops(NamedTuple):
    """From a player: it has heard that it is to stop this rollout, and does."""

    rollout: int


class Ended(NamedTuple):
    """From a player: a rollout has ended, or was stopped. `now` is where its virtual clock stands then, in seconds."""

    rollout: int
    played: Played | None
    now: float
    fault: Fault | None = None


class Begun(NamedTuple):
    """A player's first word: what its environment says of itself, and on which machine; or why it cannot play."""

    machine: str
    description: Description | None
    fault: Fault | None = None


ToPlayer = Play | Stop | Said | Compute | Result
FromPlayer = Ask | Effect | Computed | Stops | Ended


def write(message: ToPlayer | FromPlayer | Begun) -> bytes:
    """Return a message as it goes over the line.

    Raises
    ------
    Exception
        Whatever pickle raises of a value that cannot leave its process.
    """
    return pickle.dumps(message, protocol=5)


def read(data: bytes) -> Any:
    """Return a message. Both ends are processes of one run, of one user."""
    return pickle.loads(data)
