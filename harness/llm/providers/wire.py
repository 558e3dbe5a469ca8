"""The wire format of chat completions: requests from our types (`harness.llm.providers.reading` reads responses)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.messages import Call, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.providers import history


def request_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as a chat-completion request has them, in the strictest provider's form."""
    return [_message(message) for message in history.strict(messages)]


def _message(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        row |= message.thinking
        row["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.role == "tool":
        row["tool_call_id"] = message.tool_call_id
    return row


def request_tools(tools: Sequence[ToolSchema]) -> list[dict[str, Any]]:
    """Return tools as a chat-completion request has them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": _parameters(tool)},
        }
        for tool in tools
    ]


def _parameters(tool: ToolSchema) -> dict[str, Any]:
    return {"type": "object", "properties": {}, **tool.parameters}


def chat_request(spec: ModelSpec, model: str, *, call: Call) -> dict[str, Any]:
    """Return a chat-completion request; `model` is its name at the endpoint."""
    request: dict[str, Any] = {
        "model": model,
        "messages": request_messages(call.messages),
        "temperature": spec.temperature,
        "top_p": spec.top_p,
        "max_tokens": spec.max_tokens,
        "reasoning_effort": spec.reasoning_effort,
        "seed": call.seed,
    }
    request = {name: value for name, value in request.items() if value is not None}
    if call.tools:
        request["tools"] = request_tools(call.tools)
    if isinstance(call.form, Mapping):
        named = {"name": "answer", "schema": dict(call.form)}
        request["response_format"] = {"type": "json_schema", "json_schema": named}
    return request
