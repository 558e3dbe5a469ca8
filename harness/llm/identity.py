"""Identity of a model call: the key under which its answer stands in the journal.

key = digest of (model identity with parameters, sample, messages, tools, form). Nothing in it depends on time,
on a counter or on the order in which calls arrive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from harness.core.domain import Purpose
from harness.core.messages import Form, Message, ToolSchema


def canonical(value: Any) -> bytes:
    """Return a JSON-like value as canonical JSON: keys sorted, no spaces."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Lone surrogates and integers beyond 64 bits, which orjson refuses.
        return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return list(value) if isinstance(value, Sequence) else sorted(value)
    raise TypeError(f"not JSON-like: {type(value).__name__}")


def digest_of(value: Any) -> str:
    """Return the SHA-256 (64 hex digits) of a JSON-like value."""
    return hashlib.sha256(canonical(value)).hexdigest()


@lru_cache(maxsize=4096)
def sample_of(seed: int, purpose: Purpose, *, trial: int, attempt: int) -> str:
    """Return the digest (64 hex digits) of a call's logical position; another position draws another answer."""
    return digest_of([seed, purpose.value, trial, attempt])


def provider_seed(sample: str) -> int:
    """Return the sample as the non-negative 31-bit integer that providers take as ``seed``."""
    return int(sample[:8], 16) >> 1


def effect_key(kind: str, inputs: Any) -> str:
    """Return the key of an effect that is no model call."""
    return digest_of(["effect", kind, inputs])


class CallKey:
    """Makes the keys of the calls of one model; the model's identity is digested once."""

    def __init__(self, identity: Any) -> None:
        self._prefix = hashlib.sha256(canonical(["call", identity]))

    def __call__(
        self,
        messages: Sequence[Message],
        sample: str,
        tools: Sequence[ToolSchema] = (),
        form: Form | None = None,
    ) -> str:
        """Return the key (64 hex digits) of one call."""
        sha = self._prefix.copy()
        sha.update(canonical([sample, [_row(message) for message in messages], [_tool(t) for t in tools], form]))
        return sha.hexdigest()


def _row(message: Message) -> list[Any]:
    calls = [[call.id, call.name, call.arguments] for call in message.tool_calls]
    row = [message.role, message.content, calls, message.tool_call_id]
    return [*row, message.thinking] if message.thinking else row


def _tool(tool: ToolSchema) -> list[Any]:
    return [tool.name, tool.description, tool.parameters]
