"""An agent that makes the calls of the ground truth: `backbone.script=tests.envs.bfcl.player:base`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from envs.bfcl.conversation import Conversation, conversations, read_call
from harness.core.domain import Usage
from harness.core.messages import Answer, Message, ToolCall


def answer(kind: str, role: str, messages: Sequence[Message]) -> str | Answer:
    """Make all calls of the turn at once, then answer in words."""
    if role == "evaluator":
        return '{"failed": "a call", "advice": "Call the tool."}'
    if role != "agent":
        return "<instruction>Call the tool.</instruction>"
    said = [message.content for message in messages if message.role == "user"]
    if messages[-1].role == "tool":
        return "Done."
    one = next(one for one in conversations(kind).values() if list(one.said[: len(said)]) == said)
    return calling(truth(one, len(said) - 1))


base = partial(answer, "base")
miss_func = partial(answer, "miss_func")


def truth(one: Conversation, turn: int) -> list[tuple[str, dict[str, object]]]:
    """Return the calls of the ground truth in a turn, with their arguments by name."""
    calls = [read_call(text) for text in one.written[turn]]
    names = {call.name: list(one.tools[call.name]["parameters"]["properties"]) for call in calls}
    return [(call.name, {**dict(zip(names[call.name], call.positional)), **call.named}) for call in calls]  # noqa: B905


def calling(calls: Sequence[tuple[str, object]], text: str = "I call.") -> Answer:
    """Return an answer that makes calls; words where there is none."""
    made = [
        ToolCall(f"call-{number}", name, arguments if isinstance(arguments, str) else json.dumps(arguments))
        for number, (name, arguments) in enumerate(calls)
    ]
    return Answer(text, Usage(calls=1), "tool_calls" if made else "stop", tuple(made))
