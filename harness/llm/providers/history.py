"""A conversation in the form that the strictest provider takes; what the model really wrote stays in the record.

Models write tool calls with arguments that are no JSON, names with blanks, the same id twice, and turns that are
empty. A strict server refuses every later request that quotes such a turn, so that one slip would end the episode.
Texts that are in order are left alone, so that the beginnings of prompts stay equal for prefix caches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.core.messages import Message, ToolCall
from harness.core.model_json import UnreadableAnswer, read_object

NOTHING_SAID = "(empty)"
NO_RESULT = "(no result)"
_KEPT = 2000
"""Letters of unreadable arguments that the model sees again."""

_ODD = re.compile(r"[^A-Za-z0-9_-]")


def strict(messages: Sequence[Message]) -> list[Message]:
    """Return the messages in a form that every provider takes.

    Arguments are JSON objects, names of tools plain, ids unique; each call has its result after it and each result its
    call before it; no turn is empty; turns of user and assistant alternate.
    """
    merged: list[Message] = []
    for message in _paired(messages):
        last = merged[-1] if merged else None
        if last is not None and message.role == last.role == "user":
            merged[-1] = replace(last, content=f"{last.content}\n\n{message.content}")
        else:
            merged.append(message)
    return merged


def _paired(messages: Sequence[Message]) -> Iterator[Message]:
    """Yield messages whose tool calls and results belong together."""
    used: set[str] = set()
    open_calls: list[tuple[str, str]] = []  # (id as written, id as sent), in the order of the calls
    for message in messages:
        if message.role == "tool":
            sent = _taken(open_calls, message.tool_call_id)
            content = message.content or NO_RESULT
            if sent is None:
                yield Message("user", f"Result of a tool:\n{content}")
            else:
                yield replace(message, content=content, tool_call_id=sent)
            continue
        yield from _unanswered(open_calls)
        if message.tool_calls:
            calls = tuple(_call(call, used) for call in message.tool_calls)
            open_calls = [(was.id, now.id) for was, now in zip(message.tool_calls, calls, strict=True)]
            yield replace(message, tool_calls=calls)
        else:
            yield message if message.content.strip() else replace(message, content=NOTHING_SAID)
    yield from _unanswered(open_calls)


def _unanswered(open_calls: list[tuple[str, str]]) -> Iterator[Message]:
    while open_calls:
        yield Message("tool", NO_RESULT, tool_call_id=open_calls.pop(0)[1])


def _taken(open_calls: list[tuple[str, str]], written: str) -> str | None:
    """Return the id under which the first open call of this id, or else the first open one, was sent; close it."""
    if not open_calls:
        return None
    number = next((number for number, (was, _) in enumerate(open_calls) if was == written), 0)
    return open_calls.pop(number)[1]


def _call(call: ToolCall, used: set[str]) -> ToolCall:
    name = call.name if call.name and len(call.name) <= 64 and not _ODD.search(call.name) else _plain(call.name)
    return replace(call, id=_unique(call.id, used), name=name, arguments=_arguments(call.arguments))


def _plain(name: str) -> str:
    return _ODD.sub("_", name)[:64] or "unnamed"


def _unique(written: str, used: set[str]) -> str:
    made, number = written, len(used)
    while not made or made in used:
        made, number = f"call_{number}", number + 1
    used.add(made)
    return made


def _arguments(written: str) -> str:
    if not written.strip():
        return "{}"
    try:
        read_object(written)
    except UnreadableAnswer:
        return json.dumps({"unreadable": written[:_KEPT]}, ensure_ascii=False)
    return written
