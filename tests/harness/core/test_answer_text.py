"""Answers are found after their label, in code blocks and beside thoughts, in linear time."""

from __future__ import annotations

import pytest

from harness.core.answer_text import after_thoughts, labelled, without_thoughts


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("plain", "plain"),
        ("<think>a</think>b", "b"),
        ("a</think>b", "b"),
        ("<think>a", ""),
        ("a <think>b</think> c <THINKING>d</THINKING> e", "a  c  e"),
        ("<think>a <think> b</think>c", "c"),
        ("1 < 2 <thinker>", "1 < 2 <thinker>"),
    ],
)
def test_thoughts_are_no_part_of_an_answer(text: str, rest: str) -> None:
    assert without_thoughts(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>a</think>\nWrite <think>...</think> first.", "\nWrite <think>...</think> first."),
        ("Write <think>...</think> first.", "Write <think>...</think> first."),
        ("a</think>b", "b"),
        ("<think>a", ""),
    ],
)
def test_thoughts_that_an_answer_quotes_stay_in_it(text: str, rest: str) -> None:
    assert after_thoughts(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Action: go to desk 1",
        "action:go to desk 1",
        "**Action:** go to desk 1",
        "## Action：go to desk 1",
        "> - Action: `go to desk 1`",
        "Action:\ngo to desk 1",
        "Action:\n\n  go to desk 1",
        "Action: ```\ngo to desk 1\n```",
        "Action:\n```text\ngo to desk 1\n```",
        "Action: ```go to desk 1```",
        "Thought: I could look.\nAction: go to desk 1\nObservation: fine",
    ],
)
def test_an_answer_is_read_wherever_it_stands_after_its_label(text: str) -> None:
    first = next(labelled(text, "action"))
    assert first.value == "go to desk 1"
    assert text[: first.end].rstrip("\n").endswith(("go to desk 1", "`"))


def test_labels_of_several_words_and_other_marks() -> None:
    assert [found.value for found in labelled("FINAL  answer = 42", "final answer", marks="=")] == ["42"]


def test_a_label_without_an_answer_says_nothing() -> None:
    assert [found.value for found in labelled("Action:\nAction: look\nReaction: no\nAction:", "action")] == [
        "",
        "look",
        "",
    ]
