"""Tools as text: calls are found wherever they stand, and each result keeps its own tool's name."""

from __future__ import annotations

import json

import pytest

from harness.core.domain import Usage
from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema
from harness.llm.providers.text_tools import as_text, read_calls

LOOK, READ = (ToolSchema(name, f"Does {name}.", {"type": "object", "properties": {}}) for name in ("look", "read"))
START = [Message("system", "Act."), Message("user", "Go.")]


def said(text: str, messages: list[Message] = START) -> Answer:
    return read_calls(Answer(text, Usage(calls=1)), Call(messages, (LOOK, READ)))


CALLED = '{"tool": "look", "arguments": {"at": {"deep": 1}}}'


@pytest.mark.parametrize(
    "text",
    [
        CALLED,
        f"I look.\n```json\n{CALLED}\n```",
        f"I look.\n```\n{CALLED}\n```\nThat is it.",
        f"<think>\nOr {{...}}? {CALLED.replace('look', 'read')}\n</think>\nI look.\n```json\n{CALLED}\n```",
        f"Draft:\n```json\n{CALLED.replace('look', 'read')}\n```\nNo:\n```json\n{CALLED}\n```",
    ],
)
def test_a_call_is_found(text: str) -> None:
    (call,) = said(text).tool_calls
    assert (call.name, json.loads(call.arguments)) == ("look", {"at": {"deep": 1}})


def test_the_text_before_a_call_stays() -> None:
    assert said(f"I look.\n```json\n{CALLED}\n```").text == "I look."


@pytest.mark.parametrize(
    "text",
    [
        "no call",
        '{"tool": "nothing", "arguments": {}}',
        '{"tool": ["look"]}',
        '{"tool": "look", "arguments": ' + "[" * 3000,
        '{"tool": "look", "arguments": {"x": ' + "9" * 5000 + "}}",
        '{"tool": "look", "arguments": {"x": "\\ud800"}}',
    ],
)
def test_what_is_no_call_is_a_reply(text: str) -> None:
    assert said(text).tool_calls == ()
    assert said(text).text == text


def test_results_keep_their_own_tools_name_and_the_beginning_stays_stable() -> None:
    messages = list(START)
    before: list[Message] = []
    for number, name in enumerate(["look", "read", "look"]):
        answer = said(json.dumps({"tool": name, "arguments": {}}), messages)
        (call,) = answer.tool_calls
        assert call.id == f"call_{number}"
        messages += [Message("assistant", answer.text, answer.tool_calls), Message("tool", "x", tool_call_id=call.id)]
        told = list(as_text(Call(messages, (LOOK, READ))).messages)
        assert told[-1].content == f"Result of {name}:\nx"
        assert told[: len(before)] == before
        before = told


def test_repeated_ids_of_older_journals_do_not_rename_earlier_results() -> None:
    turns = []
    for name in ("look", "read"):
        turns += [Message("assistant", "", (ToolCall("c", name, "{}"),)), Message("tool", "x", tool_call_id="c")]
    told = as_text(Call([*START, *turns], (LOOK, READ))).messages
    assert [message.content for message in told if message.role == "user"][1:] == [
        "Result of look:\nx",
        "Result of read:\nx",
    ]
