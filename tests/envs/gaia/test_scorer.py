"""The scorer gives the official one's verdicts."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.gaia.scorer import score

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "gaia" / "scorer_vectors.jsonl"


@pytest.mark.skipif(not VECTORS.exists(), reason="the recorded verdicts are not beside this repository")
def test_every_recorded_verdict_agrees() -> None:
    vectors = [json.loads(line) for line in VECTORS.read_text().splitlines() if line]
    assert len(vectors) >= 45
    wrong = [v for v in vectors if score(v["model_answer"], v["ground_truth"]) is not v["expected"]]
    assert not wrong


@pytest.mark.parametrize(
    ("answer", "truth", "expected"),
    [
        ("$1,234.50", "1234.5", True),
        ("1,234", "1234", True),
        ("12 %", "12", True),
        ("about 12", "12", False),
        ("", "0", False),
        ("1e3", "1000", True),
        ("nan", "nan", False),
        ("nonsense", "inf", True),
        ("Saint-Petersburg", "saint petersburg", True),
        ("O'Neil!", "oneil", True),
        ("a\u00a0b", "ab", True),
        ("one;two", "one, two", True),
        ("one; two.", "one, two", False),
        ("2, 1", "1, 2", False),
        ("$5; 10%", "5; 10", True),
        ("five, 10", "5, 10", False),
        ("", ",", False),
        (",", ",", True),
        (None, "None", True),
    ],
)
def test_a_verdict(answer: str | None, truth: str, expected: bool) -> None:
    assert score(answer, truth) is expected


@given(st.text())
def test_every_text_but_a_number_that_is_not_one_answers_itself(text: str) -> None:
    if text.strip().lower().lstrip("+-") != "nan" and "nan" not in text.lower():
        assert score(text, text)


@given(st.floats(allow_nan=False), st.sampled_from(["{}", "${}", "{}%", " {} "]))
def test_a_number_may_be_decorated(number: float, decoration: str) -> None:
    assert score(decoration.format(number), repr(number))


@given(st.text(alphabet=string.ascii_letters + string.punctuation.replace(",", "").replace(";", "") + " "))
def test_case_space_and_punctuation_do_not_count_in_a_text(text: str) -> None:
    truth = "x" + text
    assert score("  ".join(truth.upper()) + "!?", truth)


@given(st.lists(st.integers(), min_size=2))
def test_the_order_of_a_list_counts(numbers: list[int]) -> None:
    truth = ", ".join(map(str, numbers))
    assert score(";".join(map(str, numbers)), truth)
    assert score(", ".join(map(str, reversed(numbers))), truth) is (numbers == numbers[::-1])


@given(st.one_of(st.none(), st.text()), st.text())
def test_it_always_has_a_verdict(answer: str | None, truth: str) -> None:
    assert score(answer, truth) in (True, False)
