"""Whatever a server sends with status 200: an answer, or a fault that is asked again, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.messages import Answer
from harness.llm.causes import Cause, ErrorInside, MalformedResponse, NoAnswer, classify
from harness.llm.identity import CallKey
from harness.llm.providers.direct import read_body
from harness.llm.providers.reading import read_response, read_usage
from harness.llm.storage.records import Record, decode, encode, read_answer, write_answer

from .openai_server import completion


def read(response: dict[str, Any]) -> Answer:
    return read_response(
        response, 0.5, price=lambda prompt, cached, completion: (prompt - cached + 2 * completion) / 1e6
    )


def usage(**fields: Any) -> dict[str, Any]:
    return {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120, **fields}


CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("response", "raised", "cause"),
    [
        (completion(choices=[]), NoAnswer, Cause.NO_ANSWER),
        (completion("", usage=usage(prompt_tokens=0, completion_tokens=0)), NoAnswer, Cause.NO_ANSWER),
        (completion("", usage=None), NoAnswer, Cause.NO_ANSWER),
        (completion(None, message={"reasoning_content": "hm"}), NoAnswer, Cause.NO_ANSWER),
        (completion(" \n", message={"reasoning": "hm"}), NoAnswer, Cause.NO_ANSWER),
        ({"error": {"code": 502, "message": "bad gateway"}}, ErrorInside, Cause.TRANSIENT),
        ({"error": "overloaded"}, ErrorInside, Cause.TRANSIENT),
        ({"error": {"code": 429, "message": "slow"}, "choices": None}, ErrorInside, Cause.RATE_LIMIT),
        ({"error": {"code": "400", "message": "flagged"}}, ErrorInside, Cause.CALL),
        (completion("half an", finish="error"), ErrorInside, Cause.TRANSIENT),
        ({"choices": [{"error": {"code": 503}, "message": {"content": ""}}]}, ErrorInside, Cause.TRANSIENT),
        ({}, MalformedResponse, Cause.TRANSIENT),
        (completion(choices={"0": 1}), MalformedResponse, Cause.TRANSIENT),
        (completion(choices="abc"), MalformedResponse, Cause.TRANSIENT),
        (completion(choices=[None]), MalformedResponse, Cause.TRANSIENT),
        (completion(None, message={"tool_calls": [None]}), MalformedResponse, Cause.TRANSIENT),
        (completion(None, message={"tool_calls": 5}), MalformedResponse, Cause.TRANSIENT),
        (completion(None, message={"tool_calls": [{"function": {"name": {}}}]}), MalformedResponse, Cause.TRANSIENT),
    ],
)
def test_what_is_no_answer_is_asked_again(response: dict[str, Any], raised: type[Exception], cause: Cause) -> None:
    with pytest.raises(raised) as caught:
        read(response)
    assert classify(caught.value) is cause


def test_what_an_empty_response_took_is_known() -> None:
    with pytest.raises(NoAnswer) as caught:
        read(completion(None, message={"reasoning_content": "hm"}))
    assert caught.value.answer.usage.completion == 20


@pytest.mark.parametrize(
    "response",
    [
        completion("", finish="length"),
        completion(""),
        completion("", finish="content_filter"),
        completion(None, message={"refusal": "I must not."}),
        completion(None, message={"tool_calls": [CALL]}),
        completion("x", message={"provider_specific_fields": "s"}),
        completion([{"type": "text", "text": "x"}, None, 3, {"text": ["y"]}]),
    ],
)
def test_what_the_model_ended_itself_is_its_answer(response: dict[str, Any]) -> None:
    assert isinstance(read(response), Answer)


def test_reasoning_is_kept_for_turns_that_call_tools_alone() -> None:
    said = {"reasoning_content": "I think.", "tool_calls": [CALL]}
    answer = read(completion("", message=said))
    assert answer.thinking == {"reasoning_content": "I think."}
    assert read_answer(decode(encode(write_answer(answer)))) == answer
    assert read(completion("x", message={"reasoning_content": "I think."})).thinking == {}


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, (100, 0, 20, 0)),
        ({"prompt_tokens_details": {"cached_tokens": 64}}, (100, 64, 20, 0)),
        ({"prompt_cache_hit_tokens": 50}, (100, 50, 20, 0)),
        ({"cached_tokens": 50, "prompt_tokens_details": None}, (100, 50, 20, 0)),
        ({"cached_tokens": 500}, (100, 100, 20, 0)),
        ({"completion_tokens_details": {"reasoning_tokens": 7}}, (100, 0, 20, 7)),
        ({"completion_tokens_details": {"reasoning_tokens": 1000}, "total_tokens": 1120}, (100, 0, 1020, 1000)),
        ({"completion_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 125}, (100, 0, 25, 5)),
        ({"completion_tokens": "n/a"}, (100, 0, 0, 0)),
        ({"completion_tokens": -5}, (100, 0, 0, 0)),
    ],
)
def test_usage_as_each_provider_reports_it(fields: dict[str, Any], counts: tuple[int, ...]) -> None:
    took = read_usage(usage(**fields), 0.5, price=lambda *_: 1.0)
    assert (took.prompt, took.cached, took.completion, took.reasoning) == counts


@pytest.mark.parametrize("prompt", ["n/a", -1, 10**30, float("inf"), float("nan"), None, True, [1]])
def test_a_count_that_is_none_is_unknown_and_not_free(prompt: object) -> None:
    assert read_usage(usage(prompt_tokens=prompt), 0.5, price=lambda *_: 1.0).usd is None


@pytest.mark.parametrize("data", [b'\xef\xbb\xbf{"a": 1}', b'{"a": NaN}', b'{"a": "\\ud83d"}', b'{"a": "\xff"}'])
def test_bodies_that_a_strict_reader_refuses_are_read(data: bytes) -> None:
    assert set(read_body(data)) == {"a"}


@pytest.mark.parametrize(
    "data", [b"", b"not json", b"[1]", b'{"a": ' + b"[" * 100_000, b'{"a": ' + b"9" * 10_000 + b"}"]
)
def test_other_bodies_are_malformed(data: bytes) -> None:
    with pytest.raises(MalformedResponse):
        read_body(data)


NAMES = st.sampled_from(
    ["role", "content", "tool_calls", "function", "name", "arguments", "id", "refusal", "reasoning_content", "text"]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=6)
)
ANY = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(NAMES, x, max_size=4), max_leaves=12)
MESSAGES = st.fixed_dictionaries({}, optional=dict.fromkeys(["content", "tool_calls", "refusal", "reasoning"], ANY))
CHOICES = st.fixed_dictionaries({"message": MESSAGES | ANY}, optional={"finish_reason": ANY, "error": ANY})
RESPONSES = st.fixed_dictionaries(
    {"choices": st.lists(CHOICES | ANY, max_size=2) | ANY}, optional={"usage": ANY, "model": ANY, "error": ANY}
)


@given(response=RESPONSES)
@settings(derandomize=True, max_examples=500, deadline=None)
def test_any_response_is_an_answer_that_the_journal_holds_or_a_fault(response: dict[str, Any]) -> None:
    try:
        answer = read(response)
    except (NoAnswer, ErrorInside, MalformedResponse):
        return
    data = encode(
        Record(CallKey("m")([], "s"), "answer", role="agent", purpose="test", about={}, result=write_answer(answer))
    )
    assert read_answer(orjson.loads(data)["result"]) == answer
    assert read_answer(json.loads(data)["result"]) == answer


@pytest.mark.parametrize("field", ["model", "id", "finish_reason"])
def test_names_that_are_no_names_are_none(field: str) -> None:
    nested: Any = []
    for _ in range(900):
        nested = [nested]
    message = {"content": "", "tool_calls": [{"id": nested, "function": {"name": "look", "arguments": "{}"}}]}
    choice = {"message": message if field == "id" else {"content": "hi"}, "finish_reason": "stop"}
    response = {"model": "m", "choices": [choice], "usage": usage()}
    if field != "id":
        (response if field == "model" else choice)[field] = nested
    answer = read(response)
    assert answer.snapshot == ("" if field == "model" else "m")
    assert [call.id for call in answer.tool_calls] == (["call_0"] if field == "id" else [])
