"""Tool calls as text, for models whose own tool calls are absent or poor (`ModelSpec.tools` = ``text``)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema

_HOW = """You may call one tool at a time. To call it, end your reply with one JSON object in a code block:
```json
{"tool": "<name>", "arguments": {...}}
```
Its result comes with the next message. Reply without such a block when you need no tool.

Tools:
"""
_BLOCK = re.compile(r"```(?:json)?\s*(\{.*?\})\s*```", re.DOTALL)


def as_text(call: Call, how: str = _HOW) -> Call:
    """Return the call with its tools, their calls and results as text that any chat model can read.

    Parameters
    ----------
    how
        What the model is told of calling tools, before the list of them.
    """
    names = {asked.id: asked.name for message in call.messages for asked in message.tool_calls}
    told = [_told(message, names) for message in call.messages]
    if call.tools:
        how += "\n".join(_line(tool) for tool in call.tools)
        if told and told[0].role == "system":
            told[0] = replace(told[0], content=f"{told[0].content}\n\n{how}")
        else:
            told.insert(0, Message("system", how))
    return replace(call, messages=told, tools=())


def read_calls(answer: Answer, tools: Sequence[ToolSchema]) -> Answer:
    """Return the answer with the tool call that its text asks for, if it asks for a tool that there is."""
    if not tools or answer.tool_calls or answer.finish == "filter":
        return answer
    names = {tool.name for tool in tools}
    blocks = list(_BLOCK.finditer(answer.text))
    # The last block, or the whole reply as a bare object.
    written = blocks[-1].group(1) if blocks else answer.text.strip()
    asked = json_object(written)
    if asked is None or asked.get("tool") not in names:
        return answer
    arguments = asked.get("arguments")
    call = ToolCall("call_0", str(asked["tool"]), json.dumps(arguments if isinstance(arguments, Mapping) else {}))
    text = answer.text[: blocks[-1].start()].rstrip() if blocks else ""
    return replace(answer, text=text, finish="tool_calls", tool_calls=(call,))


def _told(message: Message, names: Mapping[str, str]) -> Message:
    if message.role == "tool":
        return Message("user", f"Result of {names.get(message.tool_call_id, 'the tool')}:\n{message.content}")
    if not message.tool_calls:
        return message
    blocks = [_block(call) for call in message.tool_calls]
    return Message(message.role, "\n".join([message.content, *blocks]).strip())


def _block(call: ToolCall) -> str:
    return f'```json\n{{"tool": {json.dumps(call.name)}, "arguments": {call.arguments}}}\n```'


def _line(tool: ToolSchema) -> str:
    return f"- {tool.name}: {tool.description} Arguments (JSON Schema): {json.dumps(dict(tool.parameters))}"


def json_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that a text is, or None."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
