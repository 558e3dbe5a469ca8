"""The answer is what follows the last mark."""

from __future__ import annotations

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
        ("The answer is 42", None),
        ("FINAL ANSWER 42", None),
        ("", None),
    ],
)
def test_an_answer(text: str, answer: str | None) -> None:
    assert final_answer(text) == answer


@given(st.text(), st.from_regex(r"[A-Za-z0-9$%,;. -]*[A-Za-z0-9]", fullmatch=True))
def test_whatever_stands_before_it(text: str, answer: str) -> None:
    assert final_answer(f"{text}\nFINAL ANSWER: {answer}") == answer.strip()


@given(st.text())
def test_it_reads_any_text(text: str) -> None:
    answer = final_answer(text)
    assert answer is None or answer == answer.strip()
