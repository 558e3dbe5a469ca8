"""MIPRO: what the package asks for and in which order, on scripted answers; which pair is returned."""

from __future__ import annotations

import asyncio
import re
from importlib.util import find_spec
from typing import Any

import pytest
from task_lists import make_tasks

from harness.core.domain import Modules, Performance, Role, Task, Tool, Toolbox, digest
from harness.core.errors import ConfigError, IncompleteRun
from harness.core.lab import Lab
from harness.testing import LabStandIn, Script, check_method
from methods.peers import mipro
from methods.peers.mipro import MIPRO
from methods.peers.packaged.proposals import below, shortened

TASKS = make_tasks(20)
VALIDATION = [Task(f"v{number}", "", "", "c") for number in range(5)]

needs_dspy = pytest.mark.skipif(
    not (find_spec("dspy") and find_spec("optuna")),
    reason="DSPy 3.4 does the search of method=mipro: pip install 'dspy[optuna]>=3.4,<3.5'",
)


def quality(modules: Modules, task: Task) -> float:
    """The higher the number that an instruction says, the more tasks it solves; examples help a little."""
    said = re.findall(r"say (\d+)", modules.instruction())
    ease = 1 if "Tasks that were solved" in modules.instruction() else 2
    return float(bool(said) and int(digest(task.id)[:2], 16) % 20 < int(said[0]) // ease + ease)


def complete(role: Role, messages: Any, attempt: int) -> str:
    assert role is Role.OPTIMIZER
    if "<instruction>" not in messages[-1].content:
        return f"the tasks are alike ({attempt})"
    return f"<instruction>say {(7 * attempt) % 11}</instruction>"


def searched(steps: int, script: Script | None = None, **settings: int) -> tuple[Script, Modules]:
    script = script or Script(quality, complete=complete, validation=VALIDATION)
    method = MIPRO(steps, **{"minibatch": 8, **settings})
    return script, asyncio.run(method.train(LabStandIn(script), TASKS))


@needs_dspy
def test_steps_are_two_calls_for_a_summary_and_a_proposal_each() -> None:
    script, _ = searched(8)
    prompts = [call.facts["prompt"] for call in script.of("complete")]
    assert len(prompts) == 8
    assert ["<instruction>\nsay\n</instruction>" in prompt for prompt in prompts] == [False] * 2 + [True] * 6
    assert all("the tasks are alike (2)" in prompt for prompt in prompts[2:]), "proposals read the summary"
    assert all(LabStandIn.purpose in prompt for prompt in prompts)


@needs_dspy
def test_a_longer_summary_leaves_fewer_proposals() -> None:
    script = Script(quality, complete=complete, validation=VALIDATION)
    asyncio.run(MIPRO(12, minibatch=8).train(LabStandIn(script), make_tasks(110)))
    prompts = [call.facts["prompt"] for call in script.of("complete")]
    assert len(prompts) == 12
    assert sum("<instruction>\nsay\n</instruction>" in prompt for prompt in prompts) == 8, (
        "22 tasks: three views, one sum"
    )


@needs_dspy
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_few_steps_have_no_summary(steps: int) -> None:
    script, _ = searched(steps)
    assert len(script.of("complete")) == steps


@needs_dspy
def test_trials_are_minibatches_and_every_fifth_is_followed_by_a_full_evaluation_of_the_best_average() -> None:
    script, _ = searched(8)
    verbs = "".join(call.verb[0] for call in script.calls if call.verb in ("explore", "gate", "validate"))
    assert verbs == "ve" + "gggggv" + "gggggv", "six candidates: ten trials, the package's rule"
    demonstrated = set(script.of("explore")[0].tasks)
    assert len(demonstrated) == 4
    for call in script.of("gate"):
        assert len(call.tasks) == 8
        assert not demonstrated & set(call.tasks)
    tried: dict[str, list[float]] = {}
    by_id = {task.id: task for task in TASKS}
    made = {each.digest: each for each in [LabStandIn().initial, *(c.facts["made"] for c in script.of("propose"))]}
    first = [call for call in script.calls if call.verb == "gate"][:5]
    for call in first:
        scores = [quality(made[call.modules[0]], by_id[task]) for task in call.tasks]
        tried.setdefault(call.modules[0], []).append(sum(scores) / len(scores))
    averages = {pair: sum(means) / len(means) for pair, means in tried.items()}
    in_full = script.of("validate")[1].modules[0]
    assert averages[in_full] == max(averages.values()) > min(averages.values())


@needs_dspy
@pytest.mark.parametrize("settings", [{}, {"demos": 0}, {"minibatch": 16}, {"full_every": 2}], ids=str)
def test_the_choice_is_the_packages_own(settings: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from methods.peers.packaged import dspy_program

    theirs: list[tuple[str, list[str]]] = []
    search = dspy_program.search
    monkeypatch.setattr(dspy_program, "search", lambda *args, **named: theirs.append(search(*args, **named)))
    script, found = searched(10, **settings)
    assert found.instruction() == below(*theirs[0])
    (pool,) = script.of("pool")
    assert max(pool.facts["scores"]) > pool.facts["scores"][0], "something was learned"


@needs_dspy
def test_without_more_tasks_than_a_minibatch_every_trial_is_a_full_evaluation() -> None:
    script, _ = searched(8, minibatch=16)
    assert script.of("gate") == []
    assert len(script.of("validate")) > 2


@needs_dspy
def test_demonstrations_are_solved_tasks_below_the_instruction() -> None:
    script = Script(lambda modules, task: float(task.id in ("t3", "t8")), complete=complete, validation=VALIDATION)
    searched(8, script)
    (explored,) = script.of("explore")
    solved = {"t3", "t8"} & set(explored.tasks)
    shown = [each.facts["made"].instruction() for each in script.of("propose")]
    assert max(text.count("<experience") for text in shown) == len(solved)
    assert not any('outcome="failure"' in text for text in shown)
    bare, _ = searched(8, Script(lambda *_: 1.0, complete=complete, validation=VALIDATION), demos=0)
    assert not any("<experience" in each.facts["made"].instruction() for each in bare.of("propose"))
    assert any("<experience" in each.facts["prompt"] for each in bare.of("complete")), "proposals still read them"


@needs_dspy
def test_an_answer_that_cannot_be_read_leaves_the_instruction() -> None:
    script, found = searched(6, Script(lambda *_: 0.0, complete=lambda *_: "no idea", validation=VALIDATION))
    assert found == LabStandIn().initial
    assert len(script.of("unread")) == 4


@needs_dspy
def test_where_the_budget_ends_the_best_average_is_still_evaluated_in_full() -> None:
    script, _ = searched(8, Script(quality, complete=complete, validation=VALIDATION, steps=4))
    verbs = "".join(call.verb[0] for call in script.calls if call.verb in ("gate", "validate"))
    assert verbs == "vggggv"


@needs_dspy
def test_rollouts_that_are_missing_end_the_training_and_are_no_score_of_zero() -> None:
    class Broken(LabStandIn):
        async def gate(self: Lab, modules: Modules, tasks: Any) -> Performance:
            raise IncompleteRun("3 of 8 tasks could not be played")

    script = Script(quality, complete=complete, validation=VALIDATION)
    with pytest.raises(IncompleteRun, match="3 of 8 tasks"):
        asyncio.run(MIPRO(8, minibatch=8).train(Broken(script), TASKS))


@needs_dspy
def test_nothing_is_written_to_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    searched(8)
    assert capfd.readouterr() == ("", "")


@needs_dspy
def test_a_toolbox_is_refused_in_one_line() -> None:
    box = Modules({"tools": Toolbox((Tool("add", "adds", parameters={}, source=""),))}, ("tools",))
    with pytest.raises(ConfigError, match="method=mipro optimizes one instruction; this environment trains toolbox"):
        asyncio.run(MIPRO(3).train(LabStandIn(initial=box), TASKS))


@needs_dspy
def test_it_keeps_the_contract() -> None:
    check_method(MIPRO(6, minibatch=4))


def test_a_missing_package_is_one_line_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mipro, "versions", lambda: "")
    with pytest.raises(ConfigError, match=r"^method=mipro needs dspy and optuna: pip install .*dspy.*$"):
        MIPRO(3)


def test_long_texts_lose_their_middle() -> None:
    assert shortened("abcdefghi", 9) == "abcdefghi"
    assert shortened("abcdefghi", 6) == "abcd\n[...]\nhi"
