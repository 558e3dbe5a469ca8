"""Native tool calls as text and back: the simulated model thinks in one form, whichever one the request has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .tokens import text_of

TOGETHER = "You may call several tools at once."
"""What the simulated model tells itself where the request lets it call tools natively."""

_BLOCK = re.compile(r"```(?:json)?\s*(\{.*?\})\s*```", re.DOTALL)


def spoken(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return messages in which tools, calls and results are text; as they are where there are none."""
    calls = [call for message in messages for call in message.get("tool_calls") or ()]
    if not tools and not calls:
        return list(messages)
    names = {str(call.get("id")): str(call["function"]["name"]) for call in calls}
    told = [_told(message, names) for message in messages]
    if tools:
        told.insert(0, {"role": "system", "content": f"{TOGETHER}\n\nTools:\n" + "\n".join(map(_line, tools))})
    return told


def as_calls(content: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text of an answer without its calls, and the calls as a chat completion has them."""
    calls = []
    for number, block in enumerate(_BLOCK.finditer(content)):
        asked = json.loads(block.group(1))
        function = {"name": asked["tool"], "arguments": json.dumps(asked["arguments"])}
        calls.append({"id": f"call_{number}", "type": "function", "function": function})
    return (_BLOCK.sub("", content).strip() if calls else content), calls


def block(name: str, arguments: Mapping[str, Any]) -> str:
    """Write one call."""
    return f"```json\n{json.dumps({'tool': name, 'arguments': dict(arguments)})}\n```"


def read_blocks(text: str) -> list[tuple[str, str]]:
    """Return the calls that a text makes: name and arguments as canonical JSON."""
    found = []
    for match in _BLOCK.finditer(text):
        try:
            asked = json.loads(match.group(1))
        except ValueError:
            continue
        if isinstance(asked, dict) and "tool" in asked:
            found.append((str(asked["tool"]), json.dumps(asked.get("arguments", {}), sort_keys=True)))
    return found


def _told(message: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    if message.get("role") == "tool":
        name = names.get(str(message.get("tool_call_id")), "the tool")
        return {"role": "user", "content": f"Result of {name}:\n{text_of(message)}"}
    calls = message.get("tool_calls")
    if not calls:
        return message
    functions = [call["function"] for call in calls]
    written = [
        f'```json\n{{"tool": {json.dumps(of["name"])}, "arguments": {of["arguments"]}}}\n```' for of in functions
    ]
    return {"role": "assistant", "content": "\n".join([text_of(message), *written]).strip()}


def _line(tool: Mapping[str, Any]) -> str:
    of = tool.get("function", tool)
    schema = json.dumps(of.get("parameters", {}))
    return f"- {of.get('name')}: {of.get('description', '')} Arguments (JSON Schema): {schema}"
