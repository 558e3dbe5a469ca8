"""The wire format of chat completions: requests from our types, our answers from responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from harness.core.domain import Usage
from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.causes import MalformedResponse

Finish = Literal["stop", "length", "tool_calls", "filter"]
PriceOf = Callable[[int, int, int], float | None]
"""Prompt, cached and completion tokens to US dollars, None if unknown."""

_FINISH: Mapping[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "filter",
}


def request_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as a chat-completion request has them."""
    return [_message(message) for message in messages]


def _message(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
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
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


def chat_request(spec: ModelSpec, model: str, call: Call) -> dict[str, Any]:
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


def read_response(response: Mapping[str, Any], seconds: float, price: PriceOf) -> Answer:
    """Return the answer that a chat-completion response holds.

    Raises
    ------
    MalformedResponse
        If it holds none.
    """
    choices = response.get("choices")
    if not choices or not isinstance(choices[0], Mapping) or not isinstance(choices[0].get("message"), Mapping):
        raise MalformedResponse("the response has no choices")
    message = choices[0]["message"]
    calls = tuple(_call(number, call) for number, call in enumerate(message.get("tool_calls") or ()))
    finish = _FINISH.get(str(choices[0].get("finish_reason")), "stop")
    text = _text(message.get("content"))
    refusal = message.get("refusal") or (message.get("provider_specific_fields") or {}).get("refusal")
    if refusal:
        finish, text = "filter", text or _text(refusal)
    return Answer(
        text=text,
        usage=_usage(response.get("usage"), seconds, price),
        finish="tool_calls" if calls and finish == "stop" else finish,
        tool_calls=calls,
        snapshot=_clean(str(response.get("model") or "")),
    )


def _call(number: int, call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function")
    if not isinstance(function, Mapping) or not function.get("name"):
        raise MalformedResponse("a tool call has no name")
    arguments = function.get("arguments")
    written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return ToolCall(str(call.get("id") or f"call_{number}"), _clean(str(function["name"])), _clean(written))


def _text(content: Any) -> str:
    if isinstance(content, str):
        return _clean(content)
    if isinstance(content, list):
        return "".join(_text(part.get("text") if isinstance(part, Mapping) else part) for part in content)
    return ""


def _clean(text: str) -> str:
    # A lone surrogate is no text: it could neither be written to a file nor sent again.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _usage(usage: Any, seconds: float, price: PriceOf) -> Usage:
    if not isinstance(usage, Mapping) or not usage.get("prompt_tokens"):
        return Usage(calls=1, usd=None, seconds=seconds)  # not reported: unknown, not free
    prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    cached = min(prompt, _count(usage.get("prompt_tokens_details"), "cached_tokens"))
    reasoning = _count(usage.get("completion_tokens_details"), "reasoning_tokens")
    usd = price(prompt, cached, completion)
    return Usage(1, prompt, cached, completion, reasoning, usd, seconds)


def _count(table: Any, name: str) -> int:
    return int(table.get(name) or 0) if isinstance(table, Mapping) else 0
