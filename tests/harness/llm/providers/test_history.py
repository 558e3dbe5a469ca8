"""Whatever a model wrote, what goes back is in the form of the strictest server."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.messages import Message, ToolCall, ToolSchema
from harness.llm.providers.history import strict
from harness.llm.providers.wire import request_messages, request_tools

START = [Message("system", "Act."), Message("user", "Go.")]


def complaint(messages: list[Message]) -> str | None:
    """Return what the strictest server says of a conversation, or None."""
    ids: set[str] = set()
    waiting: list[str] = []
    for before, message in zip([None, *messages], messages, strict=False):
        if message.role == "tool":
            if message.tool_call_id not in waiting:
                return "a result without its call"
            waiting.remove(message.tool_call_id)
            continue
        if waiting:
            return "a call without its result"
        if message.role == "user" and before is not None and before.role == "user":
            return "roles do not alternate"
        if not message.tool_calls and not message.content.strip():
            return "an empty turn"
        for call in message.tool_calls:
            if call.id in ids or not call.id:
                return "a repeated id"
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call.name):
                return "a bad name"
            if not isinstance(json.loads(call.arguments), dict):
                return "arguments that are no object"
            ids.add(call.id)
            waiting.append(call.id)
    return "a call without its result" if waiting else None


CALLS = st.builds(
    ToolCall,
    st.sampled_from(["", "c1", "c2", "call_0", "call_1"]),
    st.sampled_from(["look", "functions.search web", "", "x" * 99, "ü"]),
    st.sampled_from(["", "{}", '{"a": 1}', "[1]", '{"a": ', "null", "{}" * 9, "[" * 5000, '{"a": ' + "9" * 5000 + "}"]),
)
TURNS = st.one_of(
    st.builds(Message, st.just("user"), st.sampled_from(["", " ", "go"])),
    st.builds(Message, st.just("assistant"), st.sampled_from(["", "\n", "ok"])),
    st.builds(
        lambda text, calls: Message("assistant", text, tuple(calls)),
        st.just(""),
        st.lists(CALLS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda text, asked: Message("tool", text, tool_call_id=asked),
        st.sampled_from(["", "a pen"]),
        st.sampled_from(["", "c1", "c2", "call_0"]),
    ),
)


@given(turns=st.lists(TURNS, max_size=8))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_any_conversation_is_taken(turns: list[Message]) -> None:
    assert complaint(strict([*START, *turns])) is None


def test_a_conversation_in_order_is_left_as_it_is() -> None:
    call = ToolCall("toolu_01-x", "look", '{"at":  "x"}')
    tidy = [*START, Message("assistant", "", (call,)), Message("tool", "a pen", tool_call_id="toolu_01-x")]
    assert strict(tidy) == tidy


def test_results_stay_with_their_calls_where_ids_repeat() -> None:
    twice = (ToolCall("c", "look", "{}"), ToolCall("c", "read", "{}"))
    turns = [
        Message("assistant", "", twice),
        Message("tool", "1", tool_call_id="c"),
        Message("tool", "2", tool_call_id="c"),
    ]
    first, *results = strict([*START, *turns])[2:]
    assert [(call.id, result.content) for call, result in zip(first.tool_calls, results, strict=True)] == [
        (results[0].tool_call_id, "1"),
        (results[1].tool_call_id, "2"),
    ]


def test_the_model_sees_its_unreadable_arguments() -> None:
    slip = Message("assistant", "", (ToolCall("c", "look", '{"at": '),))
    sent = strict([*START, slip, Message("tool", "Error: no JSON", tool_call_id="c")])
    assert json.loads(sent[2].tool_calls[0].arguments) == {"unreadable": '{"at": '}


def test_the_beginning_of_a_prompt_stays_the_same_as_it_grows() -> None:
    turns = [*START]
    before = request_messages(turns)
    for number in range(5):
        turns += [
            Message("assistant", "", (ToolCall("c", "look here", "{"),)),
            Message("tool", str(number), tool_call_id="c"),
        ]
        now = request_messages(turns)
        assert now[: len(before)] == before
        before = now


def test_reasoning_goes_back_with_the_turn_that_called() -> None:
    turn = Message("assistant", "", (ToolCall("c", "look", "{}"),), thinking={"reasoning_content": "I think."})
    sent = request_messages([*START, turn, Message("tool", "a pen", tool_call_id="c")])
    assert sent[2]["reasoning_content"] == "I think."
    assert "reasoning_content" not in sent[1]


def test_parameters_without_a_type_are_declared_as_an_object() -> None:
    declared = request_tools([ToolSchema("look", "Looks.", {})])[0]["function"]["parameters"]
    assert declared == {"type": "object", "properties": {}}
