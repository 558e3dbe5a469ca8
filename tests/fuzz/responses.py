"""Whatever a provider sends: an answer that the journal gives back, or a fault of a known cause."""

from __future__ import annotations

import json
from typing import Any

import orjson
from hypothesis import strategies as st

from harness.core.messages import Answer, Message
from harness.llm.causes import Cause, ErrorInside, MalformedResponse, NoAnswer, classify
from harness.llm.providers.direct import EndpointError, read_body
from harness.llm.providers.reading import read_response
from harness.llm.providers.wire import request_messages
from harness.llm.storage.records import Record, encode, is_sound, read_answer, write_answer

NAMES = st.sampled_from(
    ["role", "content", "tool_calls", "function", "name", "arguments", "id", "refusal", "reasoning_content", "text",
     "code", "message", "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()), max_size=8)
)
ANY = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(NAMES, x, max_size=5), max_leaves=15)
MESSAGE = st.fixed_dictionaries({}, optional=dict.fromkeys(["content", "tool_calls", "refusal", "reasoning"], ANY))
CHOICE = st.fixed_dictionaries({"message": MESSAGE | ANY}, optional={"finish_reason": ANY, "error": ANY})
RESPONSE = st.fixed_dictionaries(
    {"choices": st.lists(CHOICE | ANY, max_size=2) | ANY}, optional={"usage": ANY, "model": ANY, "error": ANY}
)
BODIES = st.one_of(
    RESPONSE.map(lambda response: json.dumps(response).encode()),
    RESPONSE.map(lambda response: b"\xef\xbb\xbf" + json.dumps(response).encode()),
    st.binary(max_size=40),
    st.sampled_from([b"[" * 5000, b'{"choices": ' + b"[" * 5000, b'{"choices": ' + b"9" * 5000 + b"}", b"{}"]),
)
EXAMPLES = st.tuples(st.just(200) | st.integers(300, 599), BODIES)


def check(example: tuple[int, bytes]) -> None:
    """Check one response: its status and its body."""
    status, data = example
    if status != 200:
        assert classify(EndpointError(status, data.decode(errors="replace"), {})) is not Cause.BUG
        return
    try:
        answer = read_response(read_body(data), 0.5, price=lambda *_: 1.0)
    except (NoAnswer, ErrorInside, MalformedResponse) as caught:
        fault: Exception = caught
    else:
        _check_kept(answer)
        return
    assert classify(fault) is not Cause.BUG


def _check_kept(answer: Answer) -> None:
    record = Record("ab" * 32, "answer", role="agent", purpose="test", about={}, result=write_answer(answer))
    line = encode(record)
    for loads in (orjson.loads, json.loads):
        back: dict[str, Any] = loads(line)
        assert is_sound(Record(**back))
        assert read_answer(back["result"]) == answer
    orjson.dumps(request_messages([Message("assistant", answer.text, answer.tool_calls, thinking=answer.thinking)]))
