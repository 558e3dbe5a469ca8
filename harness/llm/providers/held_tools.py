"""Tool calls as one JSON object, for models that are held to a form (`ModelSpec.guided`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.core import model_json
from harness.core.messages import Answer, Call, ToolCall, ToolSchema
from harness.core.model_json import UnreadableAnswer
from harness.llm.providers.text_tools import as_text, next_id

_HOW = """Reply with one JSON object and nothing else.
To call a tool, of which you may call one at a time: {"thought": "...", "tool": "<name>", "arguments": {...}}
Its result comes with the next message. To say something instead: {"thought": "...", "reply": "..."}

Tools:
"""
THOUGHT = 400
"""Characters; small models go round in circles."""

_TYPES = ("string", "integer", "number", "boolean", "array", "object")


def as_objects(call: Call) -> Call:
    """Return the call with tools as text, and a form that is either a call of one of them or a reply."""
    forms = [_object(tool=_named(tool), arguments=_arguments(tool)) for tool in call.tools]
    return replace(as_text(call, _HOW), form={"anyOf": [*forms, _object(reply={"type": "string"})]})


def read_object(answer: Answer, call: Call) -> Answer:
    """Return the answer that its object stands for; one that was cut short is left as it is."""
    try:
        said = model_json.read_object(answer.text)
    except UnreadableAnswer:
        return answer
    thought = str(said.get("thought", ""))
    name = str(said.get("tool", ""))
    if name in {tool.name for tool in call.tools}:
        made = ToolCall(next_id(call.messages), name, json.dumps(said.get("arguments", {})))
        return replace(answer, text=thought, finish="tool_calls", tool_calls=(made,))
    return replace(answer, text=f"{thought}\n{said.get('reply', '')}".strip())


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    held = {"thought": {"type": "string", "maxLength": THOUGHT}, **properties}
    return {"type": "object", "properties": held, "required": list(held), "additionalProperties": False}


def _named(tool: ToolSchema) -> dict[str, Any]:
    return {"const": tool.name}


def _arguments(tool: ToolSchema) -> dict[str, Any]:
    """Return the types of a tool's parameters: a schema that a model wrote may say more than a server understands."""
    properties = tool.parameters.get("properties")
    if not isinstance(properties, Mapping) or not all(
        isinstance(part, Mapping) and str(part.get("type")) in _TYPES for part in properties.values()
    ):
        return {"type": "object"}
    typed = {str(name): {"type": part["type"]} for name, part in properties.items()}
    wanted = tool.parameters.get("required")
    required = [name for name in typed if isinstance(wanted, list | tuple) and name in wanted]
    return {"type": "object", "properties": typed, "required": required, "additionalProperties": False}
