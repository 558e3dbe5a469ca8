"""What counts as an answer: strict about where it stands, and about its every character."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.logisticsqa.answer import exact, lenient, read_answer

REFERENCES = st.from_regex(r"\A[A-Z0-9]([A-Z0-9 ./-]{2,18})[A-Z0-9]\Z").filter(lambda text: "  " not in text)


@pytest.mark.parametrize(
    ("text", "reference", "how"),
    [
        ("Reference: 847 5321 9084", "847 5321 9084", "line"),
        ("reference: `847 5321 9084`", "847 5321 9084", "line"),
        ("**Reference:** 847 5321 9084", "847 5321 9084", "line"),
        ("The note says it.\n\nReference: 847 5321 9084\n", "847 5321 9084", "line"),
        ("Reference: 1234\nReference: 1234", "1234", "line"),
        ("Reference: 1234\nReference: 5678", "", "several"),
        ("847 5321 9084", "847 5321 9084", "bare"),
        ('"IST-2034-1234567"', "IST-2034-1234567", "bare"),
        ("The reference is 847 5321 9084.", "", "none"),
        ("Either 847 5321 9084 or 235-1234", "", "none"),
        ("I could not find it", "", "none"),
        ("", "", "none"),
        ("Reference:", "", "none"),
        ("My preference: 1234", "", "none"),
        ("Reference：847 5321 9084", "847 5321 9084", "line"),
        ("Reference:\n847 5321 9084", "847 5321 9084", "line"),
        ("**Reference:**\n\n```\n847 5321 9084\n```", "847 5321 9084", "line"),
        ("```\nReference: 1234\n```", "1234", "line"),
        ("<think>Reference: 1111</think>\nReference: 1234", "1234", "line"),
        ("Reference: 1111 no, wait</think>Reference: 1234", "1234", "line"),
        ("<think>perhaps 1111</think>\n1234-5", "1234-5", "bare"),
    ],
)
def test_what_is_read(text: str, reference: str, how: str) -> None:
    read = read_answer(text)
    assert (read.reference, read.how) == (reference, how)


@given(REFERENCES)
def test_a_reference_on_its_line_is_read_to_the_letter(reference: str) -> None:
    assert read_answer(f"I looked at the notes.\nReference: {reference}").reference == reference
    assert exact(read_answer(f"Reference:   {reference}  ").reference, reference)


@given(REFERENCES, REFERENCES)
def test_two_answers_are_none(one: str, other: str) -> None:
    read = read_answer(f"Reference: {one}\nReference: {other}")
    assert read.reference == (one if one == other else "")


@given(st.text())
def test_any_text_is_read_without_a_crash_and_nothing_is_made_up(text: str) -> None:
    read = read_answer(text)
    assert read.reference in text
    assert read.reference == read.reference.strip()


@given(REFERENCES)
def test_exact_keeps_inner_spaces_and_lenient_does_not(reference: str) -> None:
    spaced = f"{reference[:2]} {reference[2:]}"
    assert not exact(spaced, reference)
    assert lenient(spaced, reference)
    assert exact(f"\t{reference}\n", reference)


def test_nothing_is_never_right() -> None:
    assert not exact("", "")
    assert not lenient("-", ".")


@pytest.mark.parametrize("piece", ["reference", "Reference:\n", "<think>", "1 2 ", "*_` ", "Reference: 1\n", "> "])
def test_time_grows_with_length_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        read_answer(piece * (size // len(piece)))
        return time.process_time() - began

    seconds(1000)
    small, large = min(seconds(50_000) for _ in range(3)), min(seconds(200_000) for _ in range(3))
    assert large <= 10 * small + 0.05
