"""SkillOpt: its edits and its gate against the package, its loop on scripted answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from task_lists import make_tasks

from harness.core.domain import Modules, Role, Task
from harness.core.messages import Message
from harness.testing import LabStandIn, Script, check_method
from methods.peers.patches import Edit, apply, as_edits, most_wanted
from methods.peers.skillopt import SkillOpt

JUDGE = "the package skillopt 0.2.0 is the judge: pip install --no-deps skillopt==0.2.0"

TRAIN = make_tasks(16)
VALIDATION = [Task(f"v{number}", "", "", "c") for number in range(4)]
WORDS = ["look", "look around", "take it", "- open\n- shut", "nowhere", ""]
DOCUMENT = "Do it.\n\n- look around\n- take it\n- open\n- shut\n"


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Edit,
            op=st.sampled_from(["append", "insert_after", "replace", "delete"]),
            target=st.sampled_from(WORDS),
            content=st.sampled_from(["- new", " - spaced \n", ""]),
        ),
        max_size=5,
    )
)
def test_edits_change_a_document_as_the_package_does(edits: list[Edit]) -> None:
    skill = pytest.importorskip("skillopt.optimizer.skill", reason=JUDGE)
    theirs = skill.apply_patch(DOCUMENT, {"edits": [edit.model_dump() for edit in edits]})
    assert apply(DOCUMENT, edits) == theirs


def quality(modules: Modules, task: Task) -> float:
    """A document with "good" in it solves every task, one with "fair" the first two, "bad" undoes both."""
    text = modules.instruction()
    if "bad" in text:
        return 0.0
    return float("good" in text or ("fair" in text and task.id in ("v0", "v1")))


def trained(answers: dict[int, str], steps: int, **settings: Any) -> tuple[Script, Modules]:
    def complete(role: Role, messages: Any, attempt: int) -> str:
        return json.dumps({"edits": [{"op": "append", "content": f"- {answers.get(attempt // 3, 'same')}"}]})

    script = Script(quality, complete=complete, validation=VALIDATION)
    method = SkillOpt(steps, batch_size=8, slow_update=False, **settings)
    return script, asyncio.run(method.train(LabStandIn(script), TRAIN))


@pytest.mark.parametrize("scores", [(0.0, 0.5, 0.25, 1.0), (0.5, 0.5, 0.75, 0.75)], ids=str)
def test_the_gate_decides_as_the_packages_does(scores: tuple[float, ...]) -> None:
    gate = pytest.importorskip("skillopt.evaluation.gate", reason=JUDGE)

    def score(modules: Modules, task: Task) -> float:
        return scores[int(modules.instruction().rsplit(" ", 1)[-1])] if " " in modules.instruction() else scores[0]

    def complete(role: Role, messages: Any, attempt: int) -> str:
        return json.dumps({"edits": [{"op": "append", "content": f"- number {attempt // 3}"}]})

    script = Script(score, complete=complete, validation=VALIDATION)
    asyncio.run(SkillOpt(3, batch_size=8, slow_update=False).train(LabStandIn(script), TRAIN))
    current = best = scores[0]
    for number, call in enumerate(script.of("gate"), 1):
        theirs = gate.evaluate_gate("new", scores[number], "old", current, "best", best, 0, number)
        assert call.facts["accepted"] == (theirs.action != "reject")
        current, best = theirs.current_score, theirs.best_score


def test_a_better_edit_is_kept_and_an_equal_or_worse_one_is_not() -> None:
    script, found = trained({1: "fair", 2: "bad", 3: "other", 4: "good"}, 4)
    assert [line for line in found.instruction().splitlines() if line] == ["say", "- fair", "- good"]
    assert [call.facts["accepted"] for call in script.of("gate")] == [True, False, False, True]


def test_rejected_edits_stand_in_the_next_prompts_of_the_epoch() -> None:
    script, _ = trained({1: "bad", 2: "fair", 3: "other"}, 3)
    prompts = [call.facts["prompt"] for call in script.of("complete")]
    assert ["- bad" in prompt for prompt in prompts] == [False, True, False], "an epoch has two batches"


def test_a_step_reflects_on_minibatches_and_applies_the_edits_of_most() -> None:
    one, two, three = (Edit(op="append", content=text) for text in "abc")
    assert most_wanted([[one, two], [two], [three, two, two]], 2) == [two, one]
    script = Script(quality, complete=lambda *_: '{"edits": []}', validation=VALIDATION)
    asyncio.run(SkillOpt(4, batch_size=16, minibatch=4).train(LabStandIn(script), TRAIN))
    assert len(script.of("complete")) == 4
    assert len({call.scope for call in script.of("complete")}) == 4


def test_the_slow_update_writes_guidance_that_edits_do_not_touch() -> None:
    def complete(role: Role, messages: list[Message], attempt: int) -> str:
        slow = "before and after the epoch" in messages[0].content
        if slow:
            return "<instruction>good: keep looking</instruction>"
        return json.dumps({"edits": [{"op": "replace", "target": "good", "content": "bad"}]})

    script = Script(quality, complete=complete, validation=VALIDATION)
    found = asyncio.run(SkillOpt(6, batch_size=8).train(LabStandIn(script), TRAIN))
    assert found.instruction() == "say\n\ngood: keep looking"
    assert len(script.of("complete")) == 6


@given(st.lists(st.sampled_from(["- a", "- b", "- c", "d"]), unique=True, min_size=1))
def test_a_rewriting_amounts_to_its_edits(rewritten: list[str]) -> None:
    made = apply("d\n- a\n- b\n", as_edits("d\n- a\n- b\n", "\n".join(rewritten)))
    assert {line.strip() for line in made.splitlines() if line.strip()} == set(rewritten)


def test_it_keeps_the_contract() -> None:
    check_method(SkillOpt(6, batch_size=4))
