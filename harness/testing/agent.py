"""An agent's model for tests of environments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.domain import Usage, digest
from harness.core.errors import InfrastructureError
from harness.core.messages import Answer, Message, ToolSchema


@dataclass
class ScriptedAgent:
    """An agent's model that answers from a script, and keeps what it was shown.

    Examples
    --------
    >>> import asyncio
    >>> from harness.core.messages import Message
    >>> agent = ScriptedAgent(lambda messages: "north" if "sun" in messages[-1].content else "south")
    >>> asyncio.run(agent.complete([Message("user", "The sun is behind you.")])).text
    'north'
    >>> agent.prompts
    ['The sun is behind you.']

    Parameters
    ----------
    script
        Returns the answer to a conversation. By default, some text that depends on the conversation and on nothing
        else.
    broken
        Whether every call fails as it does with a provider that cannot be reached.

    Attributes
    ----------
    prompts
        The content of every message that the agent was shown, in order.
    tools
        The tools of the last call.
    effects
        What `effect` computed, by kind.
    """

    script: Callable[[Sequence[Message]], str] | None = None
    broken: bool = False
    prompts: list[str] = field(default_factory=list)
    tools: Sequence[ToolSchema] = ()
    effects: dict[str, list[Any]] = field(default_factory=dict)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        """Answer from the script."""
        if self.broken:
            raise InfrastructureError("the provider cannot be reached")
        self.prompts += [message.content for message in messages]
        self.tools = tools
        await asyncio.sleep(0)
        return Answer((self.script or some_answer)(messages), Usage(calls=1))

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Compute it."""
        result = await compute()
        self.effects.setdefault(kind, []).append(result)
        return result


def some_answer(messages: Sequence[Message]) -> str:
    """Return a fixed function of the conversation."""
    number = int(digest([message.content for message in messages])[:2], 16)
    return f"Thought: {number}\nAction: look\nAnswer: {number}"
