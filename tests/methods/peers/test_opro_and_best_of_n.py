"""OPRO's prompt and choice, and the control."""

from __future__ import annotations

import asyncio
import re

import pytest
from task_lists import make_tasks

from harness.core.domain import Modules, Role, Task, Tool, Toolbox
from harness.core.errors import ConfigError
from harness.testing import LabStandIn, Script, check_method
from methods.peers.best_of_n import BestOfN
from methods.peers.opro import OPRO

TASKS = make_tasks(10)


def quality(modules: Modules, task: Task) -> float:
    """Instruction "say 7" solves the first seven tasks."""
    return float(int(task.id[1:]) < int([*modules.instruction().split(), "0"][1]))


def opro(steps: int, answers: dict[int, int], **settings: int) -> tuple[Script, Modules]:
    script = Script(
        quality, complete=lambda role, messages, attempt: f"<instruction>say {answers.get(attempt, 1)}</instruction>"
    )
    return script, asyncio.run(OPRO(steps, **settings).train(LabStandIn(script), TASKS))


def test_the_next_prompt_holds_the_scored_instructions_ascending() -> None:
    script, trained = opro(4, {0: 6, 1: 3, 2: 8, 3: 2}, proposals=2, scored=10)
    prompts = [call.facts["prompt"] for call in script.of("complete")]
    assert [re.findall(r"say (\d)", prompt) for prompt in prompts] == [[], [], ["3", "6"], ["3", "6"]]
    assert [re.findall(r'performance="(\d+) of 10', prompt) for prompt in prompts][2] == ["0", "3", "6"]
    assert trained.instruction() == "say 8"


def test_only_the_best_are_shown_and_examples_are_drawn() -> None:
    script, _ = opro(6, {n: n for n in range(6)}, proposals=1, shown=2, examples=2, scored=10)
    last = script.of("complete")[-1].facts["prompt"]
    assert re.findall(r"say (\d)", last) == ["3", "4"]
    assert len(re.findall(r"Right answer: truth", last)) == 2


def test_an_answer_that_cannot_be_read_is_no_candidate() -> None:
    script = Script(quality, complete=lambda *_: "no idea")
    assert asyncio.run(OPRO(3).train(LabStandIn(script), TASKS)) == LabStandIn().initial
    assert len(script.of("unread")) == 3


def test_a_toolbox_is_refused_in_one_line() -> None:
    box = Modules({"tools": Toolbox((Tool("add", "adds", parameters={}, source=""),))}, ("tools",))
    with pytest.raises(ConfigError, match="method=opro optimizes one instruction; this environment trains toolbox"):
        asyncio.run(OPRO(3).train(LabStandIn(initial=box), TASKS))


def test_calls_go_to_the_optimizer() -> None:
    script, _ = opro(3, {})
    assert {call.facts["role"] for call in script.of("complete")} == {Role.OPTIMIZER}


def test_the_best_of_n_by_validation_is_kept_and_all_come_from_one_evidence() -> None:
    script = Script(quality, lambda modules, evidence, attempt: f"say {[2, 9, 5][attempt]}", validation=TASKS)
    trained = asyncio.run(BestOfN(3).train(LabStandIn(script), TASKS))
    assert trained.instruction() == "say 9"
    assert len(script.of("explore")) == 1
    assert [call.facts["attempt"] for call in script.of("optimize")] == [0, 1, 2]
    assert len(script.of("validate")) == 4


def test_the_initial_modules_compete() -> None:
    script = Script(lambda modules, task: float(modules.instruction() == "say"), validation=TASKS)
    assert asyncio.run(BestOfN(3).train(LabStandIn(script), TASKS)) == LabStandIn().initial


@pytest.mark.parametrize("method", [OPRO(6, proposals=2), BestOfN(3), BestOfN(2, batch_size=4)], ids=str)
def test_they_keep_the_contract(method: OPRO | BestOfN) -> None:
    check_method(method)
