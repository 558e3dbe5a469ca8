"""Usage that a provider leaves out of its answers, counted with the model's tokenizer.

Such a count is an estimate: a chat template adds tokens that are not seen here, and reasoning that is not shown
cannot be counted. `Usage.estimated` marks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.core.messages import Answer, Call
from harness.llm.backbone import Price

A_MESSAGE = 4
"""Tokens that a chat template adds to a message, about."""

Count = Callable[[str], int]
"""The length of a text in tokens."""


def prompt_texts(call: Call) -> list[str]:
    """Return the texts of a call that a model reads."""
    texts = [message.content for message in call.messages]
    texts += [tool_call.arguments for message in call.messages for tool_call in message.tool_calls]
    return texts + [f"{tool.name} {tool.description} {dict(tool.parameters)}" for tool in call.tools]


def is_left_out(answer: Answer) -> bool:
    """Return whether an answer lacks its prompt's tokens, or those of what it says."""
    says = bool(answer.text or answer.tool_calls)
    return not answer.usage.prompt or (says and not answer.usage.completion)


def counted(answer: Answer, call: Call, *, count: Count, price: Price | None) -> Answer:
    """Return an answer with the usage that its provider reported, and what that left out counted here."""
    if not is_left_out(answer):
        return answer
    usage = answer.usage
    texts = prompt_texts(call)
    prompt = usage.prompt or count("\n".join(texts)) + A_MESSAGE * len(texts)
    completion = usage.completion or count(_said(answer))
    usd = None if price is None else price.usd(prompt, usage.cached, completion)
    marked = replace(usage, prompt=prompt, completion=completion, usd=usd, estimated=usage.calls)
    return replace(answer, usage=marked)


def _said(answer: Answer) -> str:
    calls = (f"{call.name} {call.arguments}" for call in answer.tool_calls)
    thinking = (value for value in answer.thinking.values() if isinstance(value, str))
    return "\n".join([answer.text, *calls, *thinking])
