"""Agents that play conversations as a test wants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from envs.bfcl.agent import Bounds, play
from envs.bfcl.conversation import Conversation, conversations
from harness.core.domain import Trajectory
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.llm.providers import text_tools
from tests.envs.bfcl.player import answer, calling

Reply = Callable[[Sequence[Message]], Answer]


@dataclass
class Agent:
    """Answers by a function of the conversation; keeps the messages of the last call and the tools of every call."""

    reply: Reply
    messages: list[Message] = field(default_factory=list)
    offered: list[list[str]] = field(default_factory=list)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        self.messages = list(messages)
        self.offered.append([tool.name for tool in tools])
        return self.reply(messages)

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        raise AssertionError("nothing comes from outside")


@dataclass
class TextAgent(Agent):
    """An agent whose tools and calls are text, one call a reply: what small models are given."""

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        call = Call(messages, tools)
        assert not text_tools.as_text(call).tools
        said = await super().complete(messages, tools)
        if not said.tool_calls:
            return said
        made = said.tool_calls[0]
        text = f'```json\n{{"tool": "{made.name}", "arguments": {made.arguments}}}\n```'
        return text_tools.read_calls(Answer(text, said.usage), call)


def right(kind: str = "base") -> Reply:
    """Return what an agent says that makes the calls of the ground truth."""

    def reply(messages: Sequence[Message]) -> Answer:
        said = answer(kind, "agent", messages)
        return said if isinstance(said, Answer) else calling([], said)

    return reply


def first(*calls: tuple[str, object]) -> Reply:
    """Return what an agent says that makes these calls in the first turn, and then none."""
    return lambda messages: calling(calls) if len(messages) == 2 else calling([], "Done.")


def conversation(name: str) -> Conversation:
    """Return a conversation by its id."""
    return conversations(name.rpartition("_")[0])[name]


async def played(name: str, agent: Agent, **bounds: Any) -> Trajectory:
    """Play a conversation."""
    return await play(conversation(name), "Be careful.", agent=agent, bounds=Bounds(**bounds))
