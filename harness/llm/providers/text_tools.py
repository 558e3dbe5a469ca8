"""Tool calls as text, for models whose own tool calls are absent or poor (`ModelSpec.tools` = ``text``)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.answer_text import without_thoughts
from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema
from harness.core.model_json import UnreadableAnswer, objects_in

_HOW = """You may call one tool at a time. To call it, end your reply with one JSON object in a code block:
```json
{"tool": "<name>", "arguments": {...}}
```
Its result comes with the next message. Reply without such a block when you need no tool.

Tools:
"""


def as_text(call: Call, how: str = _HOW) -> Call:
    """Return the call with its tools, their calls and results as text that any chat model can read.

    Parameters
    ----------
    how
        What the prompt says about calling tools, before their list.
    """
    if not call.tools and all(message.role != "tool" and not message.tool_calls for message in call.messages):
        return call
    told = _told(call.messages)
    if call.tools:
        how += "\n".join(_line(tool) for tool in call.tools)
        if told and told[0].role == "system":
            told[0] = replace(told[0], content=f"{told[0].content}\n\n{how}")
        else:
            told.insert(0, Message("system", how))
    return replace(call, messages=told, tools=())


def read_calls(answer: Answer, call: Call) -> Answer:
    """Return the answer with the tool call that its text asks for, if it asks for a tool that `call` offers."""
    if not call.tools or answer.tool_calls or answer.finish == "filter":
        return answer
    names = {tool.name for tool in call.tools}
    said = without_thoughts(answer.text)
    try:
        asked = objects_in(said)[-1]
    except UnreadableAnswer:
        return answer
    name = asked.value.get("tool")
    if not isinstance(name, str) or name not in names:
        return answer
    arguments = asked.value.get("arguments")
    written = json.dumps(arguments if isinstance(arguments, Mapping) else {})
    made = ToolCall(next_id(call.messages), name, written)
    text = said[: asked.start].rstrip().removesuffix("```json").removesuffix("```").rstrip()
    return replace(answer, text=text, finish="tool_calls", tool_calls=(made,))


def next_id(messages: Sequence[Message]) -> str:
    """Return the id of the next call of a conversation: ids must differ for results to find their calls."""
    return f"call_{sum(len(message.tool_calls) for message in messages)}"


def _told(messages: Sequence[Message]) -> list[Message]:
    """Return messages as text. A result is named by the last call before it that has its id."""
    names: dict[str, str] = {}
    told = []
    for message in messages:
        names |= {asked.id: asked.name for asked in message.tool_calls}
        if message.role == "tool":
            named = names.get(message.tool_call_id, "the tool")
            told.append(Message("user", f"Result of {named}:\n{message.content}"))
        elif message.tool_calls:
            blocks = [_block(call) for call in message.tool_calls]
            told.append(Message(message.role, "\n".join([message.content, *blocks]).strip()))
        else:
            told.append(message)
    return told


def _block(call: ToolCall) -> str:
    return f'```json\n{{"tool": {json.dumps(call.name)}, "arguments": {call.arguments}}}\n```'


def _line(tool: ToolSchema) -> str:
    return f"- {tool.name}: {tool.description} Arguments (JSON Schema): {json.dumps(dict(tool.parameters))}"
