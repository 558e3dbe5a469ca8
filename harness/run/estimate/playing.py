"""What a rollout takes, seen on a few training tasks that the embedded model plays: nothing is spent for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.domain import Modules, Task
from harness.core.environment import Environment
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.providers.simulated import SimProvider
from harness.llm.redact import one_line
from harness.run.roles import rendering

TASKS = 12
"""So many tasks are played at most, spread over the training tasks."""

PATIENCE = 10.0
"""Seconds that they may take together."""

PLAYER = ModelSpec(id="sim/small")

Count = Callable[[str], int]


@dataclass(frozen=True)
class Played:
    """Means over the tasks that were played.

    Attributes
    ----------
    turns
        Calls of the agent's model.
    prompt, completion
        Their tokens, all calls together.
    episode
        Tokens of the trajectory, as evaluator and optimizer read it.
    trouble
        What ended the playing early.
    """

    tasks: int
    turns: float
    prompt: float
    completion: float
    episode: float
    trouble: str = ""


def play(environment: Environment, modules: Modules, *, tasks: Sequence[Task], count: Count) -> Played:
    """Play a few of the tasks; fewer or none if they cannot be played so, or not soon.

    Parameters
    ----------
    count
        Counts a text in the tokens of the agent's model.
    """
    picked = tasks[:: max(1, len(tasks) // TASKS)][:TASKS]
    done: list[tuple[_Player, int]] = []

    async def each() -> None:
        async with asyncio.timeout(PATIENCE):
            for task in picked:
                player = _Player(count)
                trajectory = await environment.rollout(modules, task, player)
                done.append((player, count(rendering.attempt(trajectory))))

    trouble = ""
    try:
        asyncio.run(each())
    except Exception as error:  # whatever an environment runs into, or runs out of: what was played till then counts
        trouble = one_line(error)
    number = len(done)
    if not number:
        return Played(0, 0, prompt=0, completion=0, episode=0, trouble=trouble)
    turns, prompt, completion = (
        sum(getattr(player, name) for player, _ in done) / number for name in ("turns", "prompt", "completion")
    )
    return Played(
        number,
        turns,
        prompt=prompt,
        completion=completion,
        episode=sum(episode for _, episode in done) / number,
        trouble=trouble,
    )


class _Player:
    """The embedded model as an agent's model; counts in the tokens of another."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._provider = SimProvider()
        self.turns = self.prompt = self.completion = 0

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        """Answer as the embedded model does."""
        await asyncio.sleep(0)  # nothing else waits in a rollout that the embedded model plays: here the limit holds
        answer = await self._provider.complete(PLAYER, Call(tuple(messages), tools, seed=0))
        told = [json.dumps([tool.name, tool.description, dict(tool.parameters)]) for tool in tools]
        said = [message.content + "".join(call.arguments for call in message.tool_calls) for message in messages]
        self.turns += 1
        self.prompt += self._count("\n".join([*told, *said]))
        self.completion += self._count(answer.text + "".join(call.arguments for call in answer.tool_calls))
        return answer

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Return the effect, not journaled."""
        return await compute()
