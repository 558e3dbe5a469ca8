"""JSON of models is read within bounds; what is beyond them is an unreadable answer and no other exception."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.core.domain import digest
from harness.core.model_json import UnreadableAnswer, find_object, problem_of, read_json, read_object

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here it is: {"a": 1}. Done {so}.', {"a": 1}),
        ('```json\n{"a": 1}\n```\nThat is all.', {"a": 1}),
        ('```json {"a": 1}```', {"a": 1}),
        ('<think>\nThe form is {"a": ...}.\n</think>\n\n{"a": 1}', {"a": 1}),
        ('The form is {"a": ...}.\n</think>\n{"a": 1}', {"a": 1}),
        ('The form is {"a": ...}.\n{"a": 1}', {"a": 1}),
        ('Draft:\n{"a": 0}\nBetter:\n{"a": 1}', {"a": 1}),
        ('{"a": "<think> is a tag"}', {"a": "<think> is a tag"}),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ('{"a": [\n{"b": 1},\n{"b": 2}\n]}', {"a": [{"b": 1}, {"b": 2}]}),
        ('{"a": 9223372036854775807, "b": 1e300}', {"a": 2**63 - 1, "b": 1e300}),
    ],
)
def test_the_object_of_an_answer_is_found(text: str, value: dict[str, Any]) -> None:
    assert find_object(text) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no object", "no JSON object"),
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        ('{"a": 1', "broken"),
        ('{"a": ' + DEEP + "}", "levels deep"),
        ('{"a": ' + DEEP[:100_000], "levels deep"),
        ('{"a": ' + "[" * 65 + "]" * 65 + "}", "levels deep"),
        ('{"a": ' + "9" * 5000 + "}", "64 bits"),
        ('{"a": 9223372036854775808}', "64 bits"),
        ('{"a": ' + "9" * 5000 + ".0}", "400 digits"),
        ('{"a": 1e999}', "not finite"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"\\udfff": 1}', "surrogate"),
        ('{"a": "' + "x" * 5_000_000 + '"}', "longer than"),
    ],
)
def test_what_is_beyond_the_bounds_is_unreadable(text: str, says: str) -> None:
    with pytest.raises(UnreadableAnswer, match=says):
        find_object(text)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1} x', "[1]", "3", "\ud800", "{'a': 1}"])
def test_a_text_that_is_not_one_object_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read_object(text)


NUMBERS = st.integers() | st.floats() | st.integers(min_value=-(10**40), max_value=10**40)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
@settings(derandomize=True, max_examples=400, deadline=None)
def test_what_is_read_can_be_written_everywhere(value: object) -> None:
    try:
        read = read_json(json.dumps(value))
    except UnreadableAnswer:
        assert problem_of(value) is not None
        return
    assert orjson.loads(orjson.dumps(read)) == read
    assert digest(read) == digest(json.loads(json.dumps(read)))


@given(text=st.text(st.sampled_from('{}[]",:0919.eE+-\\ud8nft \n`<>/think'), max_size=60))
@settings(derandomize=True, max_examples=400, deadline=None)
@example("```{")
@example("</think>{}")
def test_any_text_is_read_or_unreadable(text: str) -> None:
    with suppress(UnreadableAnswer):
        assert isinstance(find_object(text), dict)
