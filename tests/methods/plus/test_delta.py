"""Delta merging: numbered guidelines, typed edits, provenance."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import Candidate, Modules, Performance
from harness.core.guidelines import Guidelines, compose, parse
from harness.run.roles.typed import UnreadableAnswer
from harness.testing import LabStandIn, Script
from methods.plus.delta import by_edits, read
from methods.plus.guidelines import Edit, apply, as_edits, named

FIRST = "Do the task.\n\n- open the door\n- look around\n- stop"
SECOND = "Do the task.\n\n- look around\n- take the key"
NAMES = named([parse(FIRST), parse(SECOND)])


def candidate(text: str, score: float) -> Candidate:
    return Candidate(Modules.of_instruction(text), (), Performance({"t": score}, {"t": "c"}))


CANDIDATES = [candidate(FIRST, 1.0), candidate(SECOND, 0.0)]


async def merge(*answers: str) -> tuple[str, Script]:
    world = Script(complete=lambda role, messages, attempt: answers[min(attempt, len(answers) - 1)])
    merged = await by_edits(LabStandIn(world), CANDIDATES, 0)
    return merged.instruction(), world


def edits(*each: dict[str, Any]) -> str:
    return json.dumps({"edits": each})


async def test_edits_are_applied_by_code_to_the_best_candidate() -> None:
    text, world = await merge(
        edits(
            {"do": "add", "from": ["2.2"]},
            {"do": "edit", "at": "1.2", "from": ["2.1"], "text": "look around once"},
            {"do": "drop", "at": "1.3", "because": "it ends too early"},
        )
    )
    assert text == "Do the task.\n\n- open the door\n- look around once\n- take the key"
    (merged,) = world.of("merge")
    assert [item["sources"] for item in merged.facts["guidelines"]] == [("1.1",), ("1.2", "2.1"), ("2.2",)]
    assert len(merged.modules) == 2, "the lineage knows both parents"


async def test_no_edits_leave_the_base_as_it_is_word_for_word() -> None:
    assert (await merge(edits()))[0] == FIRST


async def test_an_answer_that_rewrites_the_whole_is_read_as_the_edits_it_amounts_to() -> None:
    text, world = await merge("<instruction>Do it.\n- open the door\n- take the key\n- new one</instruction>")
    assert text == "Do the task.\n\n- open the door\n- take the key\n- new one"
    made = [(edit["do"], edit["at"], edit["sources"]) for edit in world.of("merge")[0].facts["edits"]]
    assert made == [("drop", "1.2", ()), ("drop", "1.3", ()), ("add", "", ("2.2",)), ("add", "", ())]


async def test_an_unreadable_answer_is_asked_for_again_with_another_attempt() -> None:
    text, world = await merge("I do not know", edits({"do": "drop", "at": "1.3"}))
    assert text.endswith("- look around")
    assert [call.facts["attempt"] for call in world.of("complete")] == [0, 1]


async def test_if_none_can_be_read_the_base_stays_and_the_lineage_says_so() -> None:
    text, world = await merge("I do not know")
    assert text == FIRST
    assert "unread" in world.of("merge")[0].facts


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (edits({"do": "add", "from": ["2.9"]}), "no guideline 2.9"),
        (edits({"do": "drop", "at": "2.1"}), "only guidelines of candidate 1"),
        (edits({"do": "edit", "at": "1.1"}), "no text"),
        (edits({"do": "add"}), "needs a text"),
        (edits({"do": "shout"}), "edits"),
        (edits({"do": "drop", "at": "1.1"}, {"do": "edit", "at": "1.1", "text": "x"}), "twice"),
        ("nothing", "no JSON object"),
    ],
)
def test_edits_are_read_strictly(answer: str, said: str) -> None:
    with pytest.raises(UnreadableAnswer, match=said):
        read(answer, 1, names=NAMES)


async def test_another_opening_becomes_a_guideline_that_can_be_added() -> None:
    world = Script(complete=lambda role, messages, attempt: edits({"do": "add", "from": ["2.1"]}))
    merged = await by_edits(
        LabStandIn(world), [candidate("Be quick.\n- a", 1.0), candidate("Be careful.\n- b", 0.0)], 0
    )
    assert merged.instruction() == "Be quick.\n\n- a\n- Be careful."


@pytest.mark.parametrize(
    ("text", "head", "items"),
    [
        ("Head.\n\n- a\n- b", "Head.", ("a", "b")),
        ("Head.\n1. a\n   goes on\n2) b", "Head.", ("a goes on", "b")),
        ("Prose.\nTwo lines.\n\nA second.\n\nA third.", "Prose.\nTwo lines.", ("A second.", "A third.")),
        ("- a\n\nA remark.\n- b", "", ("a", "A remark.", "b")),
        ("One.\n\nTwo.\n\n- a", "One.\nTwo.", ("a",)),
        ("", "", ()),
    ],
)  # fmt: skip
def test_an_instruction_is_read_as_guidelines(text: str, head: str, items: tuple[str, ...]) -> None:
    assert parse(text) == Guidelines(head, items)


words = st.text(alphabet="abc", min_size=1, max_size=4)
lists = st.lists(words, max_size=5, unique=True).map(lambda items: Guidelines("head", tuple(items)))


@given(lists)
def test_composing_and_parsing_are_inverse(guidelines: Guidelines) -> None:
    assert parse(compose(guidelines)) == guidelines


@given(base=lists, other=lists, rewritten=st.lists(words, max_size=6, unique=True))
def test_the_edits_of_a_rewriting_lead_to_it(base: Guidelines, other: Guidelines, rewritten: list[str]) -> None:
    names = named([base, other])
    result = apply(1, names, edits=as_edits(1, names, rewritten=rewritten))
    assert {item.text for item in result} == set(rewritten)


def test_two_guidelines_that_read_the_same_are_one() -> None:
    result = apply(1, NAMES, edits=[Edit("add", text="Look  around")])
    assert [item.text for item in result] == ["open the door", "look around", "stop"]


def test_a_guideline_of_the_base_that_another_candidate_has_too_is_kept_where_it_stands() -> None:
    assert as_edits(2, NAMES, rewritten=["look around", "take the key"]) == []
