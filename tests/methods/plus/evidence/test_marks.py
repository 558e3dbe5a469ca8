"""Marks: read strictly, taken off wholly, and added up as sets of tasks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.run.roles.typed import UnreadableAnswer
from methods.plus.evidence.marks import Answered, Sources, checked, read, without
from methods.plus.evidence.support import GUESS, Support, union


def seen(*tasks: str) -> Support:
    return Support(frozenset(tasks))


SOURCES = Sources(
    {"g1": ("look twice", seen("a", "b")), "g2": ("stop", GUESS), "g3": ("cite as [1]", Support(given=True))},
    {"1": seen("b"), "2": seen("c")},
    heads=["Do it."],
    may_stay=True,
)


def answered(*lines: str) -> Answered:
    body = "\n".join(f"- {line}" for line in lines)
    return read(f"So be it.\n<instruction>\nDo it.\n\n{body}\n</instruction>", SOURCES)


def supports(*lines: str) -> list[Support]:
    return [support for _, support in checked(answered(*lines)).guidelines]


def test_a_mark_is_taken_off_and_its_sources_are_united_as_sets() -> None:
    got = checked(answered("look again [g1, 1, 2]", "wait. [guess]", "go on [2]."))
    assert got.head == "Do it."
    assert got.guidelines == (("look again", seen("a", "b", "c")), ("wait.", GUESS), ("go on", seen("c")))


def test_what_a_guideline_of_the_same_words_rests_on_counts_whatever_the_mark_says() -> None:
    assert supports("Look  twice [guess]") == [seen("a", "b")]
    assert supports("look twice [2]") == [seen("a", "b", "c")]


def test_a_given_guideline_stays_given_and_gains_tasks() -> None:
    (kept,) = supports("cite them [g3, 2]")
    assert kept == Support(frozenset({"c"}), given=True)


def test_the_agents_own_brackets_stay() -> None:
    assert checked(answered("cite as [1] [g3]")).guidelines[0][0] == "cite as [1]"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("look again", "ends in no mark"),
        ("look again [g7]", "nothing here is called 'g7'"),
        ("look again [3 tasks]", "nothing here is called '3 tasks'"),
        ("look again [guess, 1]", "nothing here is called 'guess'"),
        ("look [1] again [2]", "before its end"),
        ("[1]", "has no text"),
    ],
)
def test_a_missing_or_misused_mark_is_an_error_that_names_the_guideline(line: str, said: str) -> None:
    got = answered("wait [guess]", line)
    with pytest.raises(UnreadableAnswer, match="guideline 2") as refused:
        checked(got)
    assert said in str(refused.value)
    assert not any("[" in text for text, _ in got.guidelines), "nothing like a mark may reach the agent"


def test_where_marks_cannot_be_read_the_words_decide_and_else_it_is_a_guess() -> None:
    assert answered("look twice", "look again").guidelines == (("look twice", seen("a", "b")), ("look again", GUESS))


def test_marks_in_an_opening_are_an_error_and_taken_off() -> None:
    got = read("<instruction>Do it. [1]\nLook. [2]</instruction>", SOURCES)
    assert got.problems
    assert got.head == "Do it.\nLook."


def test_brackets_of_one_guideline_are_no_licence_for_another() -> None:
    got = answered("look [1] again [2]", "cite as [1] [g3]")
    assert len(got.problems) == 1
    assert [text for text, _ in got.guidelines] == ["look again", "cite as [1]"]


def test_unchanged_is_an_optimizers_answer_alone() -> None:
    assert read("<instruction>unchanged</instruction>", SOURCES).unchanged
    merging = Sources({"1.1": ("look", GUESS)}, {}, heads=["Do it."])
    with pytest.raises(UnreadableAnswer, match="unchanged"):
        read("<instruction>unchanged</instruction>", merging)


@pytest.mark.parametrize("text", ["no tags", "<instruction> </instruction>"])
def test_without_an_instruction_there_is_nothing_to_read(text: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read(text, SOURCES)


@pytest.mark.parametrize(
    "mark", ["[1]", "[guess]", "[g1, 2]", "[3 tasks]", "[attempts 1 and 2]", "[1.2; 2.4]", "[given]"]
)
def test_whatever_looks_like_a_mark_is_taken_off(mark: str) -> None:
    assert without(f"look {mark} twice {mark}") == "look twice"


def test_other_brackets_are_text() -> None:
    assert without("write [number] and [see above]") == "write [number] and [see above]"


tasks = st.frozensets(st.sampled_from("abcdef")).map(Support)


@given(st.lists(tasks, max_size=5))
def test_however_sources_are_grouped_each_task_counts_once(supports: list[Support]) -> None:
    whole = union(supports)
    assert whole == union([union(supports[:2]), union(supports[2:]), *supports])
    assert len(whole.tasks) <= 6
    assert (str(whole) == "guess") == (not whole.tasks)
