"""BFCL as an environment: the multi-turn conversations of the Berkeley Function-Calling Leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from envs.bfcl import package, scorer
from envs.bfcl.agent import Bounds, play
from envs.bfcl.conversation import CATEGORIES, KINDS, Conversation, conversations, drawn
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import ConfigError

PURPOSE = (
    "The agent serves a user over several turns by calling tools that keep a state: a file system, a car, a broker or "
    "a travel agency, and with them messages, posts, tickets and a calculator. A conversation is solved if after each "
    "turn the state is as it must be and every result that was needed was read."
)

INITIAL = "Use the tools to do what the user asks."


class BFCL:
    """Multi-turn conversations of the Berkeley Function-Calling Leaderboard (Patil et al., 2025).

    Parameters
    ----------
    data
        ``base``; ``miss_func`` (a tool is held back for a while), ``miss_param`` (the user leaves something out at
        first), or ``long_context`` (results are long).
    data_seed
        Which of the 200 conversations are for training. A scenario falls into the same split in every kind of data.
    train_size, test_size
        How many; file system, car, broker and travel agency in turn.
    max_steps
        Replies of the agent in one turn of the user's.
    max_observation
        Letters of a tool's result that the agent reads.
    stop_early
        Whether a conversation ends after the first wrong turn: cheaper, with the same score.
    """

    def __init__(
        self,
        data: Literal["base", "miss_func", "miss_param", "long_context"] = "base",
        data_seed: int = 0,
        *,
        train_size: int = 60,
        test_size: int = 120,
        max_steps: int = 20,
        max_observation: int = 40_000,
        stop_early: bool = False,
    ) -> None:
        if data not in KINDS:
            raise ConfigError(f"env.data={data}: choose one of {', '.join(KINDS)}")
        sizes: dict[Split, int] = {"train": train_size, "test": test_size}
        numbers = {f"{split}_size": size for split, size in sizes.items()}
        for name, number in {**numbers, "max_steps": max_steps, "max_observation": max_observation}.items():
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ConfigError(f"env.{name}={number!r} must be a positive number")
        package.questions(data)
        self._data, self._seed, self._sizes = data, data_seed, sizes
        self._bounds = Bounds(max_steps, max_observation, stop_early=stop_early)

    def describe(self) -> Description:
        """See `Environment.describe`."""
        return Description(
            name="bfcl",
            version=f"1 (bfcl-eval {package.version()})",
            scorer_version=scorer.VERSION,
            data_checksum=package.checksum(self._data),
            purpose=PURPOSE,
            categories=tuple(CATEGORIES.values()),
            groups=("simulators",),
            measures=("turns right", "calls"),
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules.of_instruction(INITIAL)

    def tasks(self, split: Split) -> Sequence[Task]:
        """See `Environment.tasks`. Test conversations are taken from the end, so that they stay with `train_size`."""
        order, size = drawn(self._data, self._seed), self._sizes[split]
        if sum(self._sizes.values()) > len(order):
            sizes = " and ".join(f"env.{name}_size={number}" for name, number in self._sizes.items())
            raise ConfigError(f"{sizes} are more than the {len(order)} conversations of env.data={self._data}")
        return [_task(one) for one in (order[:size] if split == "train" else order[-size:])]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """See `Environment.rollout`."""
        conversation = conversations(self._data)[task.id]
        return await play(conversation, modules.instruction(), agent=agent, bounds=self._bounds)


def _task(one: Conversation) -> Task:
    calls = (f"Turn {number}: {', '.join(written) or 'no call'}" for number, written in enumerate(one.written, 1))
    said = (f"Turn {number}: {text}" for number, text in enumerate(one.said, 1))
    return Task(
        id=one.id,
        query="\n".join(said),
        truth="These calls do what is asked; others may do as well:\n" + "\n".join(calls),
        category=one.category,
    )
