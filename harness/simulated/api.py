"""Requests and responses, shaped as chat completions are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import agent, evaluator, merger, optimizer
from .attention import Mind
from .form import as_blocks, in_form, read_request
from .profiles import as_dict, profile_of
from .reading import Chat, read_chat
from .tokens import count_prompt, count_tokens
from .tool_talk import as_calls, spoken

_VERSION = "3"


class SimContextWindowError(Exception):
    """The prompt does not fit the context window.

    Attributes
    ----------
    tokens, window
        Length of the prompt, and what fits.
    """

    def __init__(self, model: str, tokens: int, window: int) -> None:
        super().__init__(f"{model}: the prompt has {tokens} tokens, the context window {window}")
        self.tokens = tokens
        self.window = window


def version() -> str:
    """Return the version of the simulated model. It rises when the same request is answered differently."""
    return _VERSION


def parameters(model: str, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the parameters of `model` with `options` laid over them."""
    return as_dict(profile_of(model, options))


def context_window(model: str, options: Mapping[str, Any] | None = None) -> int:
    """Return the context window of `model`, in tokens."""
    return profile_of(model, options).window


def price(model: str) -> dict[str, float]:
    """Return US dollars per million tokens: ``prompt``, ``cached`` and ``completion``."""
    profile = profile_of(model)
    return {"prompt": profile.usd_prompt, "cached": profile.usd_cached, "completion": profile.usd_completion}


def respond(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a chat-completion request.

    Parameters
    ----------
    request
        ``model``, ``messages``, and where wanted ``tools``, ``seed`` (an integer) and ``sim`` (parameters to override).

    Returns
    -------
    dict
        A chat completion with ``model``, ``choices``, ``usage``, and ``latency`` in seconds.

    Raises
    ------
    SimContextWindowError
        If the prompt does not fit.
    ValueError
        If the model or an option is unknown.
    """
    model = str(request.get("model", "sim/small")).partition("@")[0]
    profile = profile_of(model, request.get("sim"))
    tools = request.get("tools") or ()
    messages = spoken(request.get("messages") or (), tools)
    prompt, cached = count_prompt(messages)
    if prompt > profile.window:
        raise SimContextWindowError(model, prompt, profile.window)
    chat = read_chat(messages)
    content = _role(chat)(chat, Mind(profile, _seed(request.get("seed")), tokens=prompt))
    visible = count_tokens(content)
    said: dict[str, Any] = {"role": "assistant", "content": content}
    finish = "stop"
    if tools:
        said["content"], calls = as_calls(content)
        if calls:
            said["tool_calls"], finish = calls, "tool_calls"
    hidden = int(visible * profile.reasoning)
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": visible + hidden,
        "total_tokens": prompt + visible + hidden,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    if profile.reasoning:
        usage["completion_tokens_details"] = {"reasoning_tokens": hidden}
    return {
        "model": f"{model}@{_VERSION}",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": said, "finish_reason": finish}],
        "usage": usage,
        "latency": round(profile.first_token + (visible + hidden) / profile.rate, 6),
    }


def _seed(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _role(chat: Chat) -> Any:
    """Return the role that the prompt asks for, by what it says and by the parts that it holds."""
    head = chat.system[:400].lower()
    user = chat.first_user
    if "you are the merger" in head or ("<candidate " in user and "<ground_truth>" not in user):
        return merger.answer
    if "you are the optimizer" in head or "<experience " in user:
        return optimizer.answer
    if "you are the evaluator" in head or ("<ground_truth>" in user and "<attempt" in user):
        return evaluator.answer
    return agent.answer if read_request(chat) is None else _by_form


def _by_form(chat: Chat, mind: Mind) -> str:
    """Answer a request for an instruction that stands in a form of its own."""
    request = read_request(chat)
    assert request is not None
    text, unites = as_blocks(request)
    written = (merger if unites else optimizer).answer(
        Chat(f"{chat.system}\n{chat.first_user}", (("user", text),)), mind
    )
    return in_form(written, request)
