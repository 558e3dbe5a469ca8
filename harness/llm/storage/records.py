"""A record of the journal, and how an answer is written into one and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from harness.core.domain import Usage
from harness.core.messages import Answer, ToolCall

PROBE = "probe"
"""In `Record.about` of a refused call: what the probe took that showed that the model still answers."""


@dataclass(frozen=True, slots=True)
class Record:
    """One effect of the outside world, as the journal keeps it.

    Attributes
    ----------
    key
        Digest of all that determines the effect (64 hex digits).
    kind
        A model's ``answer``, its ``refusal`` of a prompt beyond its context window, or another ``effect``.
    role, purpose
        Of an answer or a refusal; empty for an effect.
    about
        What a person who reads the journal may want to know: model, trial, attempt; or the kind of effect.
    result
        The answer (see `write_answer`), why a prompt was refused, or the effect's JSON-like result.
    """

    key: str
    kind: Literal["answer", "refusal", "effect"]
    role: str
    purpose: str
    about: Mapping[str, Any]
    result: Any


def encode(value: Any) -> bytes:
    """Return a record or a JSON-like value as one line of JSON (without its end).

    What a reader gets back is JSON's: tuples as lists, NaN as None, integers beyond 64 bits as floats.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        # Lone surrogates and large integers, which orjson refuses.
        return json.dumps(value, default=_fields, separators=(",", ":")).encode()


def _fields(value: Any) -> Any:
    if isinstance(value, Record):
        return {name: getattr(value, name) for name in Record.__slots__}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON-like: {type(value).__name__}")


def decode(data: bytes) -> Any:
    """Return what `encode` wrote."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


USUAL: Mapping[str, Any] = {
    "kind": "answer",
    "role": "agent",
    "about": {"trial": 0, "attempt": 0},
    "result": {
        "text": "",
        "finish": "stop",
        "tool_calls": [],
        "snapshot": "",
        "usage": {"calls": 1, "prompt": 0, "cached": 0, "completion": 0, "reasoning": 0, "usd": 0.0, "seconds": 0.0},
    },
}
"""What a line of the journal leaves out of an answer."""


def to_line(record: Record) -> bytes:
    """Return a record as JSON, without what is usual of answers."""
    fields = {
        "key": record.key,
        "kind": record.kind,
        "role": record.role,
        "purpose": record.purpose,
        "about": record.about,
        "result": record.result,
    }
    return encode(_without(fields, USUAL) if record.kind == "answer" else fields)


def from_line(data: bytes) -> Record:
    """Return the record that `to_line` wrote; whoever wrote it, each of its values has yet to be checked."""
    fields = decode(data)
    return Record(**(_filled(fields, USUAL) if fields.get("kind", "answer") == "answer" else fields))


def _without(fields: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        expected = usual.get(name, _NOTHING)
        if value == expected:
            continue
        if type(value) is type(expected) is dict:
            value = _without(value, expected)
            if not value:
                continue
        kept[name] = value
    return kept


_NOTHING = object()
"""Equal to no value of a record."""


def _filled(fields: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    filled = {**usual, **fields}
    for name, expected in usual.items():
        if isinstance(expected, Mapping) and isinstance(filled[name], Mapping):
            filled[name] = _filled(filled[name], expected)
    return filled


def write_answer(answer: Answer) -> dict[str, Any]:
    """Return an answer as a JSON-like value."""
    thinking = {"thinking": dict(answer.thinking)} if answer.thinking else {}
    return {
        "text": answer.text,
        "finish": answer.finish,
        "tool_calls": [[call.id, call.name, call.arguments] for call in answer.tool_calls],
        "snapshot": answer.snapshot,
        "usage": write_usage(answer.usage),
        **thinking,
    }


def write_usage(usage: Usage) -> dict[str, Any]:
    """Return usage as a JSON-like value."""
    fields: dict[str, Any] = {
        "calls": usage.calls,
        "prompt": usage.prompt,
        "cached": usage.cached,
        "completion": usage.completion,
        "reasoning": usage.reasoning,
        "usd": usage.usd,
        "seconds": usage.seconds,
    }
    if usage.estimated:
        fields["estimated"] = usage.estimated
    return fields


def read_usage(counts: Mapping[str, Any]) -> Usage:
    """Return the usage that `write_usage` wrote."""
    return Usage(**counts)


def read_answer(result: Mapping[str, Any]) -> Answer:
    """Return the answer that `write_answer` wrote."""
    return Answer(
        text=result["text"],
        usage=read_usage(result["usage"]),
        finish=result["finish"],
        tool_calls=tuple(ToolCall(*call) for call in result["tool_calls"]),
        snapshot=result["snapshot"],
        thinking=result.get("thinking", {}),
    )


def usages(record: Record) -> list[Usage]:
    """Return what a record's calls took: its answer, and the probe after a refusal."""
    if record.kind != "answer":
        return []
    probe = [read_usage(record.about[PROBE])] if PROBE in record.about else []
    return [read_answer(record.result).usage, *probe]


MOST = 2**63
"""Counts and amounts of an answer stay below."""


def is_sound(record: Record) -> bool:
    """Return whether a record of a model call that others may have written holds what such a record holds."""
    if not isinstance(record.about, dict):
        return False
    if record.kind == "refusal":
        return isinstance(record.result, str)
    if record.kind != "answer" or not isinstance(record.result, dict):
        return False
    try:
        answer = read_answer(record.result)
        probe = read_usage(record.about[PROBE]) if PROBE in record.about else Usage()
        texts = (answer.text, answer.snapshot, *(part for call in answer.tool_calls for part in (call.id, call.name)))
        texts += tuple(call.arguments for call in answer.tool_calls)
    except (TypeError, KeyError, ValueError, AttributeError):
        return False
    return (
        _counts(answer.usage)
        and _counts(probe)
        and all(isinstance(text, str) for text in texts)
        and answer.finish in ("stop", "length", "tool_calls", "filter")
        and isinstance(answer.thinking, dict)
    )


def _counts(usage: Usage) -> bool:
    counts = (usage.calls, usage.prompt, usage.cached, usage.completion, usage.reasoning, usage.estimated)
    amounts = (usage.seconds, 0.0 if usage.usd is None else usage.usd)
    return all(type(count) is int and 0 <= count < MOST for count in counts) and all(
        isinstance(amount, int | float) and 0 <= amount < MOST for amount in amounts
    )
