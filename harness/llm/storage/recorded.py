"""Records of a journal that may come from a stranger: read whole and of the right form, or not at all."""

from __future__ import annotations

from typing import Any

from harness.core.domain import Usage
from harness.llm.storage.records import Record, decode, read_answer

KINDS = ("answer", "refusal", "effect")
MOST = 2**63


def read_record(data: bytes) -> Record | None:
    """Return the record that a line of the journal holds, or None if it holds none."""
    try:
        record = Record(**decode(data))
        sound = _texts(record.key, record.role, record.purpose) and record.kind in KINDS
        sound = sound and isinstance(record.about, dict)
        if record.kind == "refusal":
            sound = sound and isinstance(record.result, str)
        if record.kind == "answer":
            sound = sound and _is_answer(record.result)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return record if sound else None


def _is_answer(result: Any) -> bool:
    answer = read_answer(result)
    calls = [(call.id, call.name, call.arguments) for call in answer.tool_calls]
    return (
        _texts(answer.text, answer.finish, answer.snapshot)
        and all(_texts(*call) for call in calls)
        and _counts(answer.usage)
    )


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _counts(usage: Usage) -> bool:
    counts = (usage.calls, usage.prompt, usage.cached, usage.completion, usage.reasoning)
    amounts = (usage.seconds, 0.0 if usage.usd is None else usage.usd)
    return all(type(count) is int and 0 <= count < MOST for count in counts) and all(
        isinstance(amount, int | float) and 0 <= amount < MOST for amount in amounts
    )
