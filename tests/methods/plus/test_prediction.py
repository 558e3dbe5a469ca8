"""Predicting a merge's performance, and knowing how good predictions are."""

from __future__ import annotations

import json

import pytest
from task_lists import make_tasks

from harness.core.domain import Modules, Performance
from harness.run.roles.typed import UnreadableAnswer
from harness.testing import LabStandIn, Script
from methods.merge_tree import Node
from methods.plus.choice import Choice
from methods.plus.foretelling import foretold, read
from methods.plus.prediction import Predicted, calibration
from methods.plus.regression import Ridge

TASKS = make_tasks(12, categories=3)
MERGED = Modules.of_instruction("merged")


def leaf(category: int, score: float) -> Node:
    tasks = tuple(TASKS[category::3])
    performance = Performance({t.id: score for t in tasks}, {t.id: t.category for t in tasks})
    return Node(Modules.of_instruction(f"knows c{category}"), tasks, performance)


def merge_of(*children: Node, kept: float, measured: bool = True) -> Node:
    scores = {task: kept * score for c in children for task, score in c.performance.scores.items()}
    categories = {task: name for c in children for task, name in c.performance.categories.items()}
    tasks = tuple(task for c in children for task in c.tasks)
    return Node(Modules.of_instruction("merge"), tasks, Performance(scores, categories), children, measured=measured)


NODES = [leaf(0, 1.0), leaf(1, 0.5)]


async def test_a_prediction_takes_the_place_of_the_backtest() -> None:
    world = Script(complete=lambda role, messages, attempt: json.dumps({"solved": {"c0": 3, "c1": 1}}))
    node = await Predicted(foretold, checks=0.0)(LabStandIn(world), MERGED, NODES)
    assert not node.measured
    assert node.performance.mean == node.predicted == pytest.approx(4 / 8)
    assert (node.tasks, node.children) == (NODES[0].tasks + NODES[1].tasks, tuple(NODES))
    assert world.of("backtest") == []
    assert world.of("prediction")[0].facts["predicted"] == pytest.approx(0.5)


async def test_a_checked_one_is_measured_too_and_the_measurement_counts() -> None:
    world = Script(
        complete=lambda role, messages, attempt: json.dumps({"solved": {"c0": 3, "c1": 1}}), score=lambda *_: 1.0
    )
    node = await Predicted(foretold, checks=1.0)(LabStandIn(world), MERGED, NODES)
    assert node.measured
    assert (node.predicted, node.performance.mean) == (pytest.approx(0.5), 1.0)
    assert world.of("prediction")[0].facts["measured"] == 1.0


async def test_where_nothing_is_predicted_it_is_backtested() -> None:
    world = Script(complete=lambda role, messages, attempt: "about half, I think")
    node = await Predicted(foretold, checks=0.0)(LabStandIn(world), MERGED, NODES)
    assert (node.measured, node.predicted) == (True, None)
    assert len(world.of("backtest")) == 1
    assert len(world.of("prediction-unread")) == 1


@pytest.mark.parametrize(
    "solved", ['{"c0": 5, "c1": 0}', '{"c0": -1, "c1": 0}', '{"c0": 1}', '{"c0": "x", "c1": 0}', "3"]
)
def test_predictions_are_read_strictly(solved: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read(f'{{"solved": {solved}}}', {"c0": 4, "c1": 4})


async def test_the_first_merges_are_backtested_as_there_is_nothing_to_learn_from() -> None:
    assert await Ridge()(LabStandIn(), MERGED, NODES) is None


async def test_ridge_learns_what_merges_below_have_lost() -> None:
    lossy = [merge_of(leaf(0, 1.0), leaf(1, 1.0), kept=0.5) for _ in range(3)]
    lossless = [merge_of(leaf(0, 1.0), leaf(1, 1.0), kept=1.0) for _ in range(3)]
    low, high = await Ridge()(LabStandIn(), MERGED, lossy), await Ridge()(LabStandIn(), MERGED, lossless)
    assert low is not None
    assert high is not None
    assert low.mean < high.mean <= 1.0
    assert min(low.scores.values()) >= 0.0


async def test_ridge_does_not_learn_from_predictions() -> None:
    predicted = [merge_of(leaf(0, 1.0), leaf(1, 1.0), kept=0.5, measured=False) for _ in range(3)]
    assert await Ridge()(LabStandIn(), MERGED, predicted) is None


def test_calibration_is_the_error_of_the_checked_predictions() -> None:
    checked = Node(MERGED, (), Performance({"t": 1.0}, {"t": "c"}), (leaf(0, 1.0),), predicted=0.75)
    guess = Performance({"t": 0.5}, {"t": "c"})
    root = Node(MERGED, (), guess, (checked, leaf(1, 1.0)), predicted=0.5, measured=False)
    facts = {"predictions": 2, "checked": 1, "mean_error": -0.25, "mean_absolute_error": 0.25}
    assert calibration(root) == facts
    assert calibration(leaf(0, 1.0)) is None


async def test_the_choice_on_validation_tasks_may_fall_on_any_module_of_the_tree() -> None:
    world = Script(validation=TASKS, score=lambda modules, task: float(modules.instruction() == "knows c1"))
    root = merge_of(*NODES, kept=1.0)
    assert (await Choice(validate=True)(LabStandIn(world), root)).instruction() == "knows c1"
    assert len(world.of("validate")) == 4, "root, two leaves, and the initial modules"
    assert (await Choice()(LabStandIn(Script()), root)).instruction() == "merge"


async def test_among_equals_the_root_is_chosen() -> None:
    world = Script(validation=TASKS, score=lambda *_: 1.0)
    root = merge_of(*NODES, kept=1.0)
    assert (await Choice(validate=True)(LabStandIn(world), root)).instruction() == "merge"
