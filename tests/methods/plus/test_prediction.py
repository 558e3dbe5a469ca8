"""Predicting a merge's performance, and knowing how good predictions are."""

from __future__ import annotations

import json

import pytest
from stub_lab import StubLab, World, make_tasks

from harness.core.domain import Candidate, Modules, Performance
from harness.run.roles.typed import UnreadableAnswer
from methods.merge_tree import Node
from methods.plus.choice import Choice
from methods.plus.foretelling import by_merger, read
from methods.plus.prediction import Checked, Predicted, Prediction, calibration
from methods.plus.regression import Ridge

TASKS = make_tasks(12, categories=3)
MERGED = Modules.of_instruction("merged")


def leaf(category: int, score: float) -> Node:
    tasks = tuple(TASKS[category::3])
    performance = Performance({t.id: score for t in tasks}, {t.id: t.category for t in tasks})
    return Node(Candidate(Modules.of_instruction(f"knows c{category}"), tasks, performance))


def merge_of(performance: type[Performance], *children: Node, kept: float) -> Node:
    below = [child.candidate for child in children]
    scores = {task: kept * score for c in below for task, score in c.performance.scores.items()}
    categories = {task: name for c in below for task, name in c.performance.categories.items()}
    tasks = tuple(task for c in below for task in c.tasks)
    return Node(Candidate(Modules.of_instruction("merge"), tasks, performance(scores, categories)), children)


NODES = [leaf(0, 1.0), leaf(1, 0.5)]


async def test_a_prediction_takes_the_place_of_the_backtest() -> None:
    world = World(answer=lambda messages, attempt: json.dumps({"solved": {"c0": 3, "c1": 1}}))
    performance = await Predicted(by_merger, checks=0.0)(StubLab(world), MERGED, NODES)
    assert isinstance(performance, Prediction)
    assert performance.mean == pytest.approx(4 / 8)
    assert world.of("backtest") == []
    assert world.of("prediction")[0].facts["predicted"] == pytest.approx(0.5)


async def test_a_checked_one_is_measured_too_and_the_measurement_counts() -> None:
    world = World(answer=lambda messages, attempt: json.dumps({"solved": {"c0": 3, "c1": 1}}), score=lambda *_: 1.0)
    performance = await Predicted(by_merger, checks=1.0)(StubLab(world), MERGED, NODES)
    assert isinstance(performance, Checked)
    assert (performance.predicted, performance.mean) == (pytest.approx(0.5), 1.0)
    assert world.of("prediction")[0].facts["measured"] == 1.0


async def test_where_nothing_is_predicted_it_is_backtested() -> None:
    world = World(answer=lambda messages, attempt: "about half, I think")
    performance = await Predicted(by_merger, checks=0.0)(StubLab(world), MERGED, NODES)
    assert type(performance) is Performance
    assert len(world.of("backtest")) == 1
    assert len(world.of("prediction-unread")) == 1


@pytest.mark.parametrize(
    "solved", ['{"c0": 5, "c1": 0}', '{"c0": -1, "c1": 0}', '{"c0": 1}', '{"c0": "x", "c1": 0}', "3"]
)
def test_predictions_are_read_strictly(solved: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read(f'{{"solved": {solved}}}', {"c0": 4, "c1": 4})


async def test_the_first_merges_are_backtested_as_there_is_nothing_to_learn_from() -> None:
    assert await Ridge()(StubLab(), MERGED, NODES) is None


async def test_ridge_learns_what_merges_below_have_lost() -> None:
    lossy = [merge_of(Performance, leaf(0, 1.0), leaf(1, 1.0), kept=0.5) for _ in range(3)]
    lossless = [merge_of(Performance, leaf(0, 1.0), leaf(1, 1.0), kept=1.0) for _ in range(3)]
    low, high = await Ridge()(StubLab(), MERGED, lossy), await Ridge()(StubLab(), MERGED, lossless)
    assert low is not None
    assert high is not None
    assert low.mean < high.mean <= 1.0
    assert min(low.scores.values()) >= 0.0


async def test_ridge_does_not_learn_from_predictions() -> None:
    predicted = [merge_of(Prediction, leaf(0, 1.0), leaf(1, 1.0), kept=0.5) for _ in range(3)]
    assert await Ridge()(StubLab(), MERGED, predicted) is None


def test_calibration_is_the_error_of_the_checked_predictions() -> None:
    performance = Checked({"t": 1.0}, {"t": "c"}, 0.75)
    checked = Node(Candidate(MERGED, (), performance), (leaf(0, 1.0),))
    root = Node(Candidate(MERGED, (), Prediction({"t": 0.5}, {"t": "c"})), (checked, leaf(1, 1.0)))
    facts = {"predictions": 2, "checked": 1, "mean_error": -0.25, "mean_absolute_error": 0.25}
    assert calibration(root) == facts
    assert calibration(leaf(0, 1.0)) is None


async def test_the_choice_on_validation_tasks_may_fall_on_any_module_of_the_tree() -> None:
    world = World(validation=TASKS, score=lambda modules, task: float(modules.instruction() == "knows c1"))
    root = merge_of(Performance, *NODES, kept=1.0)
    assert (await Choice(validate=True)(StubLab(world), root)).instruction() == "knows c1"
    assert len(world.of("validate")) == 4, "root, two leaves, and the initial modules"
    assert (await Choice()(StubLab(World()), root)).instruction() == "merge"


async def test_among_equals_the_root_is_chosen() -> None:
    world = World(validation=TASKS, score=lambda *_: 1.0)
    root = merge_of(Performance, *NODES, kept=1.0)
    assert (await Choice(validate=True)(StubLab(world), root)).instruction() == "merge"
