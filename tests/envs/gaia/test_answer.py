"""The answer is what follows the last mark."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.gaia.answer import final_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("FINAL ANSWER: 42", "42"),
        ("I think.\nFinal answer: Paris, France.", "Paris, France."),
        ("FINAL ANSWER: 1\nwait\nFINAL ANSWER: 2", "2"),
        ("FINAL ANSWER:\n\n  a, b, c  \nthat is it", "a, b, c"),
        ("**FINAL ANSWER:** 17%", "17%"),
        ("**FINAL ANSWER: 17%**", "17%"),
        ("FINAL ANSWER: **17%**", "17%"),
        ("FINAL ANSWER: [42]", "42"),
        ("FINAL ANSWER: `x_1`", "x_1"),
        ("FINAL  ANSWER : x", "x"),
        ("FINAL ANSWER: $1,000", "$1,000"),
        ("FINAL ANSWER:", ""),
        ("FINAL ANSWER: ```\n42\n```", "42"),
        ("FINAL ANSWER:\n```text\n42\n```\nDone.", "42"),
        ("FINAL ANSWER: ```42```", "42"),
        ("FINAL ANSWER：42", "42"),
        ("**FINAL ANSWER:**\n\n**17**", "17"),
        ("<think>\nFINAL ANSWER: 1\n</think>\nFINAL ANSWER: 2", "2"),
        ("FINAL ANSWER: 2\n<think>FINAL ANSWER: 1</think>", "2"),
        ("so FINAL ANSWER: 1\n</think>\nFINAL ANSWER: 2", "2"),
        ("<think>FINAL ANSWER: 1", None),
        ("The answer is 42", None),
        ("FINAL ANSWER 42", None),
        ("", None),
    ],
)
def test_an_answer(text: str, answer: str | None) -> None:
    assert final_answer(text) == answer


@given(
    st.text().filter(lambda text: "<think>" not in text),
    st.from_regex(r"[A-Za-z0-9$%,;. -]*[A-Za-z0-9]", fullmatch=True),
)
def test_whatever_stands_before_it(text: str, answer: str) -> None:
    assert final_answer(f"{text}\nFINAL ANSWER: {answer}") == answer.strip()


@given(st.text())
def test_it_reads_any_text(text: str) -> None:
    answer = final_answer(text)
    assert answer is None or answer == answer.strip()


HOSTILE = [
    "final answer ",
    "final" + " " * 50,
    "final answer*",
    "<think>",
    "<think></think>",
    "```",
    "\n",
    "İ",
    "**",
    "[",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_its_work_grows_no_faster_than_the_text(piece: str) -> None:
    def work(letters: int) -> int:
        text = "final answer:" + piece * (letters // len(piece)) + "final answer:" + piece * (letters // len(piece))
        return counted(lambda: final_answer(text))

    assert work(40_000) <= 2.5 * work(20_000) + 1000


def counted(run: Callable[[], object]) -> int:
    """Return how many lines of Python and calls of C functions a function takes."""
    events = 0

    def trace(*_: object) -> object:
        nonlocal events
        events += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        run()
    finally:
        sys.settrace(before)
    return events
