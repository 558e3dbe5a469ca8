"""Our answers from responses in the form of chat completions, whatever a server puts into them.

A response of status 200 may hold no answer: an error, no choice, an empty text without a token, reasoning alone. Such
a response is no answer of the model, and is asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from harness.core.domain import Usage
from harness.core.messages import Answer, ToolCall
from harness.core.model_json import problem_of
from harness.llm.causes import ErrorInside, MalformedResponse, NoAnswer

Finish = Literal["stop", "length", "tool_calls", "filter"]
PriceOf = Callable[[int, int, int], float | None]
"""Prompt, cached and completion tokens to US dollars, None if unknown."""

ECHOED = ("reasoning_content", "reasoning", "reasoning_details", "thinking_blocks")
"""What reasoning models want to see again in a turn that called tools."""

MAX_TOKENS = 10**9
"""A larger count is no count."""

_FINISH: Mapping[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "filter",
    "safety": "filter",
}
_FAILED = ("error", "failed", "abort", "aborted", "network_error", "insufficient_system_resource")


def read_response(response: Mapping[str, Any], seconds: float, *, price: PriceOf) -> Answer:
    """Return the answer that a chat-completion response holds.

    Raises
    ------
    ErrorInside
        If it holds an error instead.
    NoAnswer
        If it holds neither.
    MalformedResponse
        If it is no such response.
    """
    usage = read_usage(response.get("usage"), seconds, price=price)
    choices = response.get("choices")
    error = response.get("error")
    if error and not choices:
        raise ErrorInside(error)
    if choices == []:
        raise NoAnswer("the response has no choices", Answer("", usage, finish="filter"))
    choice = choices[0] if isinstance(choices, list) else None
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise MalformedResponse("the response has no choices")
    finished = _name(choice.get("finish_reason")).lower()
    if choice.get("error") or finished in _FAILED:
        raise ErrorInside(choice.get("error") or f"the response finished with {finished!r}")
    snapshot = _name(response.get("model"))[:200]
    answer = _answer(choice["message"], _FINISH.get(finished, "stop"), usage=usage, snapshot=snapshot)
    _check_said(answer, choice["message"])
    return answer


def _answer(message: Mapping[str, Any], finish: Finish, *, usage: Usage, snapshot: str) -> Answer:
    written = message.get("tool_calls") or []
    if not isinstance(written, list):
        raise MalformedResponse("the tool calls are no list")
    calls = tuple(_call(number, call) for number, call in enumerate(written))
    text = _text(message.get("content"))
    refusal = message.get("refusal") or _table(message.get("provider_specific_fields")).get("refusal")
    if refusal:
        finish, text = "filter", text or _text(refusal)
    finish = "tool_calls" if calls and finish == "stop" else finish
    return Answer(text, usage, finish, calls, snapshot=snapshot, thinking=_thinking(message) if calls else {})


def _check_said(answer: Answer, message: Mapping[str, Any]) -> None:
    """Raise `NoAnswer` where nothing was said, unless the model ended so itself: it ran out of tokens or refused."""
    if answer.text.strip() or answer.tool_calls or answer.finish in ("length", "filter"):
        return
    if answer.usage.completion == 0:
        raise NoAnswer("the answer is empty and took no tokens", answer)
    if any(message.get(name) for name in ECHOED):
        raise NoAnswer("the answer is nothing but reasoning", answer)


def _call(number: int, call: Any) -> ToolCall:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"]:
        raise MalformedResponse("a tool call has no name")
    arguments = function.get("arguments")
    try:
        written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    except (TypeError, ValueError, RecursionError):
        raise MalformedResponse("the arguments of a tool call are no JSON") from None
    return ToolCall(_name(call.get("id")) or f"call_{number}", _clean(function["name"]), _clean(written))


def _thinking(message: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: message[name] for name in ECHOED if message.get(name)}
    return found if problem_of(found) is None else {}


def _text(content: Any) -> str:
    if isinstance(content, str):
        return _clean(content)
    if isinstance(content, Sequence):
        parts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "".join(_clean(part) for part in parts if isinstance(part, str))
    return ""


def _clean(text: str) -> str:
    # A lone surrogate is no text: it could neither be written to a file nor sent again.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _name(value: Any) -> str:
    return _clean(str(value)) if isinstance(value, str | int) and value else ""


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def read_usage(usage: Any, seconds: float, *, price: PriceOf) -> Usage:
    """Return what a response says that it took; what it does not say is unknown, not free.

    Providers differ: cached tokens stand in `prompt_tokens_details` (OpenAI), `prompt_cache_hit_tokens` (DeepSeek) or
    at the top (Moonshot); reasoning tokens are part of the completion (OpenAI) or come on top of it (xAI, Gemini).
    """
    says = _table(usage)
    prompt, completion = _count(says.get("prompt_tokens")), _count(says.get("completion_tokens")) or 0
    if not prompt:
        return Usage(calls=1, completion=completion, usd=None, seconds=seconds)
    details = _table(says.get("prompt_tokens_details"))
    told = (details.get("cached_tokens"), says.get("prompt_cache_hit_tokens"), says.get("cached_tokens"))
    cached = min(prompt, next(filter(None, map(_count, told)), 0))
    reasoning = _count(_table(says.get("completion_tokens_details")).get("reasoning_tokens")) or 0
    total = _count(says.get("total_tokens")) or 0
    if reasoning and (reasoning > completion or total >= prompt + completion + reasoning):
        completion += reasoning
    return Usage(
        1,
        prompt,
        cached=cached,
        completion=completion,
        reasoning=reasoning,
        usd=price(prompt, cached, completion),
        seconds=seconds,
    )


def _count(value: Any) -> int | None:
    if type(value) not in _NUMBERS or not 0 <= value <= MAX_TOKENS:
        return None
    return int(value)


_NUMBERS = (int, float)
"""True and False are none."""
