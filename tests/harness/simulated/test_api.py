"""Requests and responses: shape, accounts, limits, and prompts that nobody would write."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.simulated import SimContextWindowError, context_window, count_tokens, parameters, price, respond, version

HELLO = [{"role": "system", "content": "You answer."}, {"role": "user", "content": "How are you?"}]


def test_a_response_is_a_chat_completion() -> None:
    response = respond({"model": "sim/large", "messages": HELLO, "seed": 1})
    assert response["model"] == f"sim/large@{version()}"
    assert response["choices"][0]["message"]["role"] == "assistant"
    assert response["choices"][0]["finish_reason"] == "stop"
    assert response["usage"]["prompt_tokens"] > 0 < response["usage"]["completion_tokens"]
    assert response["latency"] > parameters("sim/large")["first_token"]
    assert set(price("sim/large")) == {"prompt", "cached", "completion"}


def test_the_reasoner_pays_for_reasoning() -> None:
    usage = respond({"model": "sim/reasoner", "messages": HELLO})["usage"]
    assert 0 < usage["completion_tokens_details"]["reasoning_tokens"] < usage["completion_tokens"]


def test_cached_tokens_are_the_long_prefix_in_steps_of_128() -> None:
    long = [{"role": "system", "content": "word " * 3000}, {"role": "user", "content": "Go on."}]
    cached = respond({"model": "sim/small", "messages": long})["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert cached % 128 == 0
    assert 2800 < cached <= 3010
    short = respond({"model": "sim/small", "messages": HELLO})
    assert short["usage"]["prompt_tokens_details"]["cached_tokens"] == 0


def test_a_prompt_beyond_the_window_is_refused() -> None:
    with pytest.raises(SimContextWindowError, match="context window 10") as caught:
        respond({"model": "sim/small", "messages": HELLO * 3, "sim": {"window": 10}})
    assert caught.value.tokens > caught.value.window == context_window("sim/small", {"window": 10})


def test_tokens_are_near_those_of_usual_encoders() -> None:
    prose = "The quick brown fox jumps over the lazy dog, and nobody in the household minds it at all."
    assert 0.9 * len(prose.split()) < count_tokens(prose) < 1.6 * len(prose.split())


PIECES = [
    "You are the merger",
    "You are the optimizer",
    "You are the evaluator",
    "<instruction>",
    "</instruction>",
    "<task",
    "<task>",
    "<ground_truth>",
    '<attempt outcome="failure">',
    "</attempt>",
    '<experience category="x" outcome="failure">',
    "<evaluation>",
    "advice: Heat it with the microwave.",
    '<candidate number="1" performance="7 of 0">',
    "Your task is to:",
    "put two hot it in them",
    "look at under the",
    "Step 1",
    "Action: go to",
    "Answer:",
    "Thought:",
    "you see a bed 1, a desk 2.",
    "Nothing happens.",
    "heat the 1 with",
    "Admissible commands: ,",
    "\n",
    " ",
    "\x00",
    "ﬀ",
    "٣",
    "1,2,3",
    "A) x",
    "Total: 3",
    "never open",
    'When "x", read the field "y".',
]
texts = st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
messages = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["system", "user", "assistant", "tool", "other"]),
            "content": texts | st.none() | st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": texts})),
        }
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(messages, st.integers(), st.sampled_from(["sim/small", "sim/large", "sim/reasoner"]))
def test_any_prompt_gets_an_answer_and_always_the_same(prompt: list[dict[str, object]], seed: int, model: str) -> None:
    request = {"model": model, "messages": prompt, "seed": seed}
    first = respond(request)
    assert isinstance(first["choices"][0]["message"]["content"], str)
    assert json.dumps(first) == json.dumps(respond(json.loads(json.dumps(request))))
