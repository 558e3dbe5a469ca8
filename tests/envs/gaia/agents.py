"""Agents that say what a test tells them to."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.domain import Usage
from harness.core.messages import Answer, Message, ToolCall, ToolSchema


def calling(name: str, arguments: object) -> Answer:
    """Return an answer that calls a tool; `arguments` may be a text as a model wrote it."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return Answer("I call a tool.", Usage(calls=1), "tool_calls", (ToolCall("call_0", name, written),))


def saying(text: str) -> Answer:
    """Return an answer without calls."""
    return Answer(text, Usage(calls=1))


@dataclass
class Scripted:
    """Gives its answers in order, the last one for ever; keeps what it was shown and which effects were computed."""

    answers: list[Answer]
    shown: list[list[Message]] = field(default_factory=list)
    tools: list[Sequence[ToolSchema]] = field(default_factory=list)
    effects: list[Any] = field(default_factory=list)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        self.shown.append(list(messages))
        self.tools.append(tools)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        json.dumps(inputs)
        self.effects.append((kind, inputs))
        return await compute()
