"""Tool calls of models that are held to a form."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from harness.core.domain import Usage
from harness.core.messages import Answer, Call, Message, ToolCall, ToolSchema
from harness.llm.providers.held_tools import as_objects, read_object

PATH = {"type": "object", "properties": {"path": {"type": "string", "description": "..."}}, "required": ["path"]}
READ = ToolSchema("read", "Reads a file.", PATH)
ODD = ToolSchema("odd", "Has a schema that a model wrote.", {"properties": {"x": {"type": ["string", "maybe"]}}})
ASKED = Call([Message("system", "Be brief."), Message("user", "What does a.txt say?")], (READ, ODD))


def answered(text: str) -> Answer:
    return read_object(Answer(text, Usage(calls=1)), Call((), (READ, ODD)))


def test_the_model_is_told_and_its_earlier_calls_are_text() -> None:
    called = Message("assistant", "", (ToolCall("1", "read", '{"path": "a.txt"}'),))
    told = as_objects(Call([*ASKED.messages, called, Message("tool", "hello", tool_call_id="1")], ASKED.tools))
    assert told.tools == ()
    assert "- read: Reads a file." in told.messages[0].content
    assert '"tool": "read"' in told.messages[2].content
    assert told.messages[3].content == "Result of read:\nhello"


@pytest.mark.parametrize(
    ("said", "valid"),
    [
        ({"thought": "", "tool": "read", "arguments": {"path": "a"}}, True),
        ({"thought": "", "tool": "read", "arguments": {}}, False),
        ({"thought": "", "tool": "read", "arguments": {"path": 1}}, False),
        ({"thought": "", "tool": "odd", "arguments": {"anything": 1}}, True),
        ({"thought": "", "tool": "none", "arguments": {}}, False),
        ({"thought": "", "reply": "hello"}, True),
        ({"reply": "hello"}, False),
    ],
)
def test_the_form_takes_calls_of_tools_that_there_are_and_replies(said: dict, valid: bool) -> None:
    assert Draft202012Validator(as_objects(ASKED).form).is_valid(said) is valid


def test_answers_are_calls_or_replies() -> None:
    called = answered('{"thought": "look", "tool": "read", "arguments": {"path": "a.txt"}}')
    assert (called.text, called.finish) == ("look", "tool_calls")
    assert [(call.name, json.loads(call.arguments)) for call in called.tool_calls] == [("read", {"path": "a.txt"})]
    replied = answered('{"thought": "done", "reply": "FINAL ANSWER: 3"}')
    assert (replied.text, replied.finish, replied.tool_calls) == ("done\nFINAL ANSWER: 3", "stop", ())


@pytest.mark.parametrize("text", ['{"thought": "cut sho', "plain", "[1]"])
def test_what_is_no_object_stays_text(text: str) -> None:
    assert answered(text).text == text
