"""The gate accepts what is not worse than the best child; racing stops what it would refuse anyway."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from task_lists import make_tasks

from harness.core.domain import Modules, Performance, Task
from harness.testing import LabStandIn, Script
from methods import algorithm1
from methods.merge_tree import Node
from methods.plus.gate import Gate, chance_if_worse
from methods.plus.racing import Race
from methods.plus.step import MergeStep

TASKS = make_tasks(20)


def node(text: str, tasks: list[Task]) -> Node:
    performance = Performance({task.id: 1.0 for task in tasks}, {task.id: task.category for task in tasks})
    return Node(Modules.of_instruction(text), tuple(tasks), performance)


WEAK, STRONG = node("weak", TASKS[:10]), node("strong", TASKS[10:])
SCORES = {"weak": 0.2, "strong": 0.6, "worse": 0.3, "better": 0.9}


def world(*answers: str) -> Script:
    """The merger answers these, one an attempt; a module solves the share of tasks that `SCORES` says."""
    return Script(
        merge=lambda candidates, attempt: answers[attempt],
        score=lambda modules, task: float(int(task.id[1:]) < 20 * SCORES[modules.instruction()]),
    )


def step(retries: int = 1, race: Race | None = None) -> MergeStep:
    return MergeStep(gate=Gate(margin=0.1, level=0.2, retries=retries, race=race))


async def test_a_better_merge_is_accepted_and_backtested() -> None:
    seen = world("better")
    merged = await step()(LabStandIn(seen), [WEAK, STRONG])
    assert merged.modules.instruction() == "better"
    assert [call.tasks for call in seen.of("backtest")] == [tuple(task.id for task in TASKS)]


async def test_a_worse_merge_is_tried_again_and_then_its_best_child_is_kept() -> None:
    seen = world("worse", "worse")
    merged = await step()(LabStandIn(seen), [WEAK, STRONG])
    assert merged.modules.instruction() == "strong"
    assert merged.performance.mean == pytest.approx(0.6)
    assert merged.tasks == tuple(TASKS)
    assert [call.facts["attempt"] for call in seen.of("merge")] == [0, 1]


async def test_a_retry_may_succeed() -> None:
    assert (await step()(LabStandIn(world("worse", "better")), [WEAK, STRONG])).modules.instruction() == "better"


async def test_both_sides_are_scored_in_the_gates_own_purpose_on_the_same_tasks() -> None:
    seen = world("better")
    await step()(LabStandIn(seen), [WEAK, STRONG])
    assert len(seen.of("gate")) == 3 + 1  # two children, the merge, and the note of the decision
    assert {call.tasks for call in seen.of("gate") if call.tasks} == {tuple(task.id for task in TASKS)}


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=30), st.sampled_from([0.0, 0.05, 0.2]))
def test_acceptance_needs_a_mean_of_at_least_minus_the_margin(differences: list[float], margin: float) -> None:
    """What makes the bound of racing sound."""
    if chance_if_worse(differences, margin) <= 0.5:
        assert sum(differences) / len(differences) >= -margin - 1e-9


def test_the_paired_test_agrees_with_scipys() -> None:
    from scipy.stats import ttest_1samp

    differences = [1.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0]
    expected = ttest_1samp(differences, -0.1, alternative="greater").pvalue
    assert chance_if_worse(differences, 0.1) == pytest.approx(expected)


@pytest.mark.parametrize(("differences", "p"), [([0.0] * 5, 0.0), ([-1.0] * 5, 1.0), ([-0.05], 0.0), ([1.0], 0.0)])
def test_where_all_differences_are_equal_their_mean_decides(differences: list[float], p: float) -> None:
    assert chance_if_worse(differences, 0.1) == p


@given(st.lists(st.sampled_from(["worse", "better", "strong"]), min_size=2, max_size=2), st.integers(1, 25))
def test_racing_never_changes_what_the_gate_decides(answers: list[str], block: int) -> None:
    import asyncio

    plain = asyncio.run(step()(LabStandIn(world(*answers)), [WEAK, STRONG]))
    raced = asyncio.run(step(race=Race(block))(LabStandIn(world(*answers)), [WEAK, STRONG]))
    assert plain.modules == raced.modules


async def test_a_race_stops_in_blocks_and_says_why() -> None:
    seen = world()
    result = await Race(5)(LabStandIn(seen), LabStandIn(seen).gate, Modules.of_instruction("weak"), TASKS, least=12)
    assert result is None
    assert [len(call.tasks) for call in seen.of("gate")] == [5, 5, 5], "after 15 tasks 4 + 5 cannot reach 12"
    assert seen.of("race-stopped")[0].facts["played"] == 15


@given(st.lists(st.sampled_from(sorted(SCORES)), min_size=1, max_size=5, unique=True), st.integers(1, 25))
def test_racing_never_changes_which_step_is_best(names: list[str], block: int) -> None:
    import asyncio

    contenders = [Modules.of_instruction(name) for name in names]
    plain = asyncio.run(algorithm1.best(LabStandIn(world()), contenders, tasks=TASKS))
    raced = asyncio.run(Race(block).best(LabStandIn(world()), contenders, tasks=TASKS))
    assert plain == raced


async def test_of_equals_the_later_one_is_best_raced_or_not() -> None:
    seen = Script(score=lambda modules, task: 1.0)
    contenders = [Modules.of_instruction(name) for name in ("first", "second", "third")]
    raced = await Race(5).best(LabStandIn(seen), contenders, tasks=TASKS)
    assert raced == await algorithm1.best(LabStandIn(seen), contenders, tasks=TASKS)
    assert raced.modules.instruction() == "third"


@pytest.mark.parametrize(("difference", "expected"), [(-0.1, 0.0), (-0.1 - 1e-9, 1.0), (0.0, 0.0)])
def test_equal_differences_are_not_worse_up_to_the_margin_itself(difference: float, expected: float) -> None:
    assert chance_if_worse([difference] * 4, 0.1) == expected
