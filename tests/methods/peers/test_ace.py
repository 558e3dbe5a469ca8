"""ACE by hand: attempts, tags, operations, and which playbook is kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from task_lists import make_tasks

from harness.core.domain import Modules, Role, Task
from harness.run.roles.typed import UnreadableAnswer
from harness.testing import LabStandIn, Script, check_method
from methods.peers.ace import ACE, Bullet, Curation, Operation, changed, read

TASKS = make_tasks(4)
BOOK = {"b1": Bullet("look"), "b2": Bullet("shout", helpful=1, harmful=2)}


def test_tags_count_and_what_harms_more_than_it_helps_goes() -> None:
    after = changed(BOOK, Curation(helpful=["b1"], harmful=["b2"]), worst=2)
    assert after == {"b1": Bullet("look", helpful=1)}


def test_operations_are_carried_out_in_order_and_ids_are_not_used_again() -> None:
    operations = [
        Operation(do="remove", id="b2"),
        Operation(do="update", id="b1", text="look around"),
        Operation(do="add", text="knock"),
        Operation(do="add", text="knock"),
    ]
    after = changed(BOOK, Curation(operations=operations), worst=5)
    assert after == {"b1": Bullet("look around"), "b3": Bullet("knock")}


def test_a_rewritten_playbook_is_read_as_operations() -> None:
    curation = read("<instruction>\n- look\n- knock\n</instruction>", BOOK)
    assert [(op.do, op.id, op.text) for op in curation.operations] == [("remove", "b2", ""), ("add", "", "knock")]


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ({"do": "add"}, "add has no text"),
        ({"do": "remove", "id": "b9"}, "no bullet b9"),
        ({"do": "update", "text": "x"}, "no bullet without an id"),
    ],
)
def test_operations_are_read_strictly(operation: dict[str, str], said: str) -> None:
    with pytest.raises(UnreadableAnswer, match=said):
        read(json.dumps({"operations": [operation]}), BOOK)


def run(score: Any, steps: int, **settings: int) -> tuple[Script, Modules]:
    def complete(role: Role, messages: Any, attempt: int) -> str:
        return json.dumps({"operations": [{"do": "add", "text": f"bullet {attempt // 3}"}]})

    script = Script(score, complete=complete, validation=[Task("v", "", "", "c")])
    return script, asyncio.run(ACE(steps, **settings).train(LabStandIn(script), TASKS))


def test_a_failure_is_tried_again_with_the_advice_up_to_three_times() -> None:
    script, _ = run(lambda modules, task: 0.0, 1)
    assert len(script.of("explore")) == 3
    assert len({call.modules for call in script.of("explore")}) == 2, "the advice about a task stays the same here"
    assert script.of("complete")[0].facts["prompt"].count("<experience ") == 3


def test_a_success_is_not_tried_again() -> None:
    script, _ = run(lambda modules, task: 1.0, 3)
    assert len(script.of("explore")) == 3


def test_the_playbook_that_validates_best_is_kept() -> None:
    def score(modules: Modules, task: Task) -> float:
        return float("bullet 2" in modules.instruction() and "bullet 3" not in modules.instruction())

    script, found = run(score, 4, every=1)
    assert [line for line in found.instruction().splitlines() if line] == ["say", "- bullet 1", "- bullet 2"]
    assert len(script.of("validate")) == 5


def test_it_keeps_the_contract() -> None:
    check_method(ACE(5, every=2))
