from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import Purpose
from harness.core.messages import Message, ToolCall, ToolSchema
from harness.llm.identity import CallKey, canonical, effect_key, provider_seed, sample_of

texts = st.text(st.characters(), max_size=30)  # lone surrogates too
messages = st.lists(
    st.builds(
        Message,
        role=st.sampled_from(["system", "user", "assistant", "tool"]),
        content=texts,
        tool_calls=st.lists(st.builds(ToolCall, id=texts, name=texts, arguments=texts), max_size=2).map(tuple),
        tool_call_id=texts,
    ),
    max_size=4,
)
tools = st.lists(st.builds(ToolSchema, texts, texts, st.dictionaries(texts, st.integers())), max_size=2)
calls = st.fixed_dictionaries(
    {
        "messages": messages,
        "tools": tools,
        "form": st.none() | texts | st.dictionaries(texts, texts, max_size=2),
        "seed": st.integers(0, 2),
        "purpose": st.sampled_from(Purpose),
        "trial": st.integers(0, 2),
        "attempt": st.integers(0, 2),
        "model": st.sampled_from(["a", "b"]),
        "temperature": st.sampled_from([None, 0.0, 1.0]),
    }
)


def key_of(call: dict) -> str:
    sample = sample_of(call["seed"], call["purpose"], trial=call["trial"], attempt=call["attempt"])
    key = CallKey({"model": call["model"], "temperature": call["temperature"]})
    return key(call["messages"], sample, call["tools"], call["form"])


@given(calls, calls)
def test_keys_are_equal_exactly_where_the_calls_are(one: dict, other: dict):
    assert (key_of(one) == key_of(other)) == (one == other)


@given(calls, st.data())
def test_any_single_change_makes_another_key(call: dict, data: st.DataObject):
    part = data.draw(st.sampled_from(sorted(call)))
    other = {**call, part: data.draw(st.shared(calls, key="other").map(lambda c: c[part]))}
    assert (key_of(call) == key_of(other)) == (call == other)


@pytest.mark.parametrize("change", [{"content": "b"}, {"role": "system"}, {"tool_call_id": "1"}])
def test_every_field_of_a_message_counts(change: dict):
    base = Message("user", "a")
    key, sample = CallKey("m"), sample_of(0, Purpose.TEST, trial=0, attempt=0)
    assert key([base], sample) != key([replace(base, **change)], sample)


def test_text_cannot_move_between_messages():
    key, sample = CallKey("m"), sample_of(0, Purpose.TEST, trial=0, attempt=0)
    assert key([Message("user", "ab"), Message("user", "c")], sample) != key(
        [Message("user", "a"), Message("user", "bc")], sample
    )


def test_keys_are_the_same_in_every_version():
    """A changed key would pay again for what journals already hold: this value only changes on purpose."""
    key = CallKey({"model": {"id": "openai/gpt-4o"}})
    sample = sample_of(0, Purpose.EXPLORE, trial=0, attempt=0)
    assert sample[:16] == "46593c2866b3e219"
    assert key([Message("user", "hi")], sample)[:16] == "2b83e1be131684c7"
    assert effect_key("search", {"q": "x"})[:16] == "26c6e0daf2203417"


def test_the_order_of_a_mapping_does_not_count():
    assert effect_key("a", {"x": 1, "y": 2}) == effect_key("a", {"y": 2, "x": 1})
    assert canonical({"b": 1, "a": "\ud800"}) == b'{"a":"\\ud800","b":1}'


def test_a_provider_seed_fits_31_bits():
    seeds = {provider_seed(sample_of(seed, Purpose.TEST, trial=0, attempt=0)) for seed in range(200)}
    assert len(seeds) == 200
    assert all(0 <= seed < 2**31 for seed in seeds)
