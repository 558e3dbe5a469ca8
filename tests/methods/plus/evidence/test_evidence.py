"""Evidence through steps, merges and caps: beside the text, counted by code, and never in what an agent reads."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from task_lists import make_tasks

from harness.core.domain import Candidate, Modules, Performance, Role, Task, Toolbox
from harness.core.errors import ConfigError
from harness.core.messages import Message
from harness.run.clustering import kmeans
from harness.testing import LabStandIn, Script
from methods.partition import by_category
from methods.plus.cap import Cap
from methods.plus.delta import by_edits
from methods.plus.evidence import asking, optimizing
from methods.plus.evidence.merging import united
from methods.plus.evidence.support import GUESS, Support, Supported, supported
from methods.plus.method import FGOPlus

TASKS = make_tasks(24, categories=4)
PAPER: dict[str, Any] = {"steps": 8, "subsets": 4, "partition": by_category, "cluster": kmeans}


def instruction(*lines: str, head: str = "say") -> str:
    return f"<instruction>\n{head}\n\n" + "\n".join(f"- {line}" for line in lines) + "\n</instruction>"


def seen(*tasks: str) -> Support:
    return Support(frozenset(tasks))


def modules(*guidelines: tuple[str, Support], head: str = "say") -> Supported:
    return supported(Modules.of_instruction(head)).written("instruction", head, guidelines=guidelines)


def candidate(score: float, *guidelines: tuple[str, Support], task: str = "t") -> Candidate:
    return Candidate(modules(*guidelines), (), Performance({task: score}, {task: "c"}))


def answering(*answers: str) -> Script:
    return Script(complete=lambda role, messages, attempt: answers[min(attempt, len(answers) - 1)])


def of(made: Modules) -> dict[str, Support]:
    assert isinstance(made, Supported)
    return dict(made.guidelines("instruction")[1])


# Steps.


async def step(begin: Modules, *answers: str, tasks: int = 3) -> tuple[Modules, Script]:
    script = answering(*answers)
    made = await optimizing.step(LabStandIn(script, begin), begin, TASKS[:tasks])
    return made, script


async def test_a_step_turns_the_numbers_of_attempts_into_tasks_and_adds_them_to_what_was_known() -> None:
    begin = modules(("look", seen("before", TASKS[0].id)), ("stop", GUESS))
    made, script = await step(begin, instruction("look well [g1, 1, 3]", "wait [2]", "stop [g2]", "jump [guess]"))
    assert made.instruction() == "say\n\n- look well\n- wait\n- stop\n- jump"
    assert of(made) == {
        "look well": seen("before", TASKS[0].id, TASKS[2].id),
        "wait": seen(TASKS[1].id),
        "stop": GUESS,
        "jump": GUESS,
    }
    (asked,) = script.of("complete")
    assert asked.facts["role"] is Role.OPTIMIZER
    for shown in ("g1. look [2 tasks]", "g2. stop [guess]", '<experience number="3" '):
        assert shown in asked.facts["prompt"]


async def test_the_same_task_seen_again_counts_once() -> None:
    once, _ = await step(modules(), instruction("look [1]"))
    again, _ = await step(once, instruction("look [g1, 1]"))
    assert of(again) == {"look": seen(TASKS[0].id)}


async def test_an_answer_that_lacks_marks_is_asked_for_again_with_the_reason_and_then_taken_as_guesses() -> None:
    made, script = await step(modules(("look", seen("before"))), instruction("look", "wait"))
    asked = script.of("complete")
    assert [call.facts["attempt"] for call in asked] == [0, 1, 2]
    assert 'guideline 2 ("wait") ends in no mark' in asked[1].facts["prompt"]
    assert of(made) == {"look": seen("before"), "wait": GUESS}
    (optimized,) = script.of("optimize")
    assert len(optimized.facts["marks"]) == 2


async def test_a_second_answer_with_marks_is_taken() -> None:
    made, script = await step(modules(), instruction("wait"), instruction("wait [2]"))
    assert of(made) == {"wait": seen(TASKS[1].id)}
    assert "marks" not in script.of("optimize")[0].facts


async def test_attempts_that_did_not_fit_the_prompt_cannot_be_named() -> None:
    class Narrow(LabStandIn):
        def shown(self, evidence: Any, beside: str = "") -> Any:
            assert "optimizer of an agent" in beside
            whole = super().shown(evidence, beside)
            return type(whole)(whole.text, 1)

    script = answering(instruction("wait [2]"), instruction("wait [1]"))
    made = await optimizing.step(Narrow(script, modules()), modules(), TASKS[:3])
    assert of(made) == {"wait": seen(TASKS[0].id)}


async def test_unchanged_and_unreadable_answers_leave_the_modules_as_they_are() -> None:
    begin = modules(("look", seen("before")))
    for answer, fact in (("<instruction>unchanged</instruction>", "unchanged"), ("what?", "unread")):
        made, script = await step(begin, answer)
        assert made is begin
        assert fact in script.of("optimize")[0].facts


async def test_guidelines_of_the_first_instruction_are_given() -> None:
    begin = Modules.of_instruction("say\n\n- look")
    made, script = await step(begin, instruction("look [g1]"))
    assert "g1. look [given]" in script.of("complete")[0].facts["prompt"]
    assert of(made) == {"look": Support(given=True)}


# Merges.


async def test_a_merge_unites_the_tasks_of_the_guidelines_that_it_names() -> None:
    script = answering(instruction("look well [1.1, 2.1]", "wait [2.2]", "hop [guess]"))
    pair = [
        candidate(1.0, ("look", seen("a", "b")), ("stop", GUESS)),
        candidate(0.0, ("see", seen("b", "c")), ("wait", seen("d"))),
    ]
    made = await united(LabStandIn(script), pair, 0)
    assert of(made) == {"look well": seen("a", "b", "c"), "wait": seen("d"), "hop": GUESS}
    prompt = script.of("complete")[0].facts["prompt"]
    assert "1.2. stop [guess]" in prompt
    assert "2.1. see [2 tasks]" in prompt
    (merged,) = script.of("merge")
    assert merged.facts["guidelines"][0] == {"text": "look well", "rests_on": "3 tasks", "tasks": ["a", "b", "c"]}


async def test_equal_modules_are_not_merged_but_their_evidence_is() -> None:
    script = answering("never asked")
    made = await united(LabStandIn(script), [candidate(0.0, ("a", seen("1"))), candidate(1.0, ("a", seen("2")))], 0)
    assert not script.of("complete")
    assert of(made) == {"a": seen("1", "2")}


async def test_the_best_candidate_stays_where_no_merge_can_be_read() -> None:
    script = answering("what?")
    made = await united(LabStandIn(script), [candidate(0.0, ("a", seen("1"))), candidate(1.0, ("b", seen("2")))], 0)
    assert of(made) == {"b": seen("2")}
    assert "unread" in script.of("merge")[0].facts


async def test_edits_name_their_sources_and_so_their_evidence() -> None:
    edits = [
        {"do": "edit", "at": "1.1", "from": ["2.1"], "text": "look well [3 tasks]"},
        {"do": "add", "from": ["2.2"]},
        {"do": "add", "text": "hop"},
    ]
    script = answering(json.dumps({"edits": edits}))
    pair = [
        candidate(1.0, ("look", seen("a")), ("stop", seen("e"))),
        candidate(0.0, ("see", seen("b")), ("wait", seen("d")), ("stop", seen("f"))),
    ]
    made = await by_edits(LabStandIn(script), pair, 0, evidence=True)
    assert of(made) == {"look well": seen("a", "b"), "stop": seen("e", "f"), "wait": seen("d"), "hop": GUESS}
    assert "1. look [1 task]" in script.of("complete")[0].facts["prompt"]


async def test_a_rewritten_answer_to_edits_is_told_by_the_words_without_their_marks() -> None:
    script = answering("<instruction>say\n- look [1 task]\n- wait [1 task]\n- hop [guess]</instruction>")
    pair = [candidate(1.0, ("look", seen("a"))), candidate(0.0, ("wait", seen("d")))]
    made = await by_edits(LabStandIn(script), pair, 0, evidence=True)
    assert of(made) == {"look": seen("a"), "wait": seen("d"), "hop": GUESS}


async def test_an_edit_whose_text_is_a_mark_has_no_text() -> None:
    script = answering(json.dumps({"edits": [{"do": "add", "text": "[guess]"}]}), json.dumps({"edits": []}))
    pair = [candidate(1.0, ("look", seen("a"))), candidate(0.0, ("wait", seen("d")))]
    made = await by_edits(LabStandIn(script), pair, 0, evidence=True)
    assert of(made) == {"look": seen("a")}
    assert "needs a text" in script.of("complete")[1].facts["prompt"]


async def test_a_shorter_instruction_says_what_it_joins() -> None:
    script = answering(instruction("one two three four five [1.1]"), instruction("look [1.1, 1.2]"))
    begin = modules(("one two three four", seen("a")), ("five six seven", seen("b")))
    made = await Cap(3, evidence=True)(LabStandIn(script), begin)
    assert of(made) == {"look": seen("a", "b")}
    assert "7 tokens, and 3 are allowed" in script.of("complete")[1].facts["prompt"]


async def test_an_instruction_that_is_cut_keeps_the_evidence_of_what_stays() -> None:
    begin = modules(("one two", seen("a")), ("three four", seen("b")))
    made = await Cap(5, evidence=True)(LabStandIn(answering("what?")), begin)
    assert of(made) == {"one two": seen("a")}


# The whole method.

NAMED = re.compile(r"^(?:- )?([\w.]+)\. (.*) \[[^\]]*\]$", re.MULTILINE)


def reader(role: Role, messages: list[Message], attempt: int) -> str:
    """Keep every guideline that the prompt names, and add one for the first attempt."""
    prompt = messages[1].content
    kept = [f"{text} [{name}]" for name, text in NAMED.findall(prompt)]
    added = [f"after {re.findall('think of (.*)', prompt)[0]} [1]"] if "think of" in prompt else []
    return instruction(*dict.fromkeys([*kept, *added]))


def scripted() -> Script:
    return Script(complete=lambda role, messages, attempt: reader(role, list(messages), attempt))


async def test_no_mark_reaches_an_agent_and_the_lineage_says_what_the_final_guidelines_rest_on() -> None:
    script = scripted()
    played: list[str] = []

    def score(made: Modules, task: Task) -> float:
        played.append(made.text)
        return 0.0

    script.score = score
    trained = await FGOPlus(**PAPER, evidence=True).train(LabStandIn(script), TASKS)
    assert played
    assert not any("[" in text for text in [*played, trained.text])
    assert type(trained) is Modules
    (note,) = script.of("evidence")
    assert note.facts["modules"] == trained.digest
    told = note.facts["guidelines"]["instruction"]
    assert [one["text"] for one in told] == [line.removeprefix("- ") for line in trained.text.splitlines()[2:]]
    assert told
    assert all(one["tasks"] == [one["text"].removeprefix("after ")] for one in told)


async def test_which_strand_is_faster_changes_no_evidence() -> None:
    notes = []
    for turns in (0, 5):
        script = scripted()
        script.score = lambda made, task: 0.0
        script.delay = lambda scope, turns=turns: turns * sum(map(ord, scope)) % 7
        await FGOPlus(**PAPER, evidence=True).train(LabStandIn(script), TASKS)
        notes.append(script.of("evidence")[0].facts)
    assert notes[0] == notes[1]


async def test_toolboxes_are_refused_in_one_line_before_anything_is_asked() -> None:
    script = Script()
    lab = LabStandIn(script, Modules({"tools": Toolbox()}, ("tools",)))
    with pytest.raises(ConfigError, match="evidence=true: it is for instructions") as refused:
        await FGOPlus(**PAPER, evidence=True).train(lab, TASKS)
    assert "\n" not in str(refused.value)
    assert not script.calls


def test_its_templates_are_part_of_the_version_only_where_they_are_used() -> None:
    plain, marked = FGOPlus(**PAPER), FGOPlus(**PAPER, evidence=True)
    assert plain.version == FGOPlus.version
    assert marked.version == f"{FGOPlus.version}+evidence1-{asking.digest()}"
