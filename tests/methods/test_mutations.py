"""What an FGO that cheats would do, and that it is seen: each check passes on FGO and fails on a mutant of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
import spy_environment
from task_lists import make_tasks

from harness.core.domain import Performance
from harness.core.lab import Lab
from harness.run.clustering import kmeans
from harness.run.config.settings import read_settings
from harness.run.execute import execute
from harness.run.plan import plan
from harness.run.progress.events import Silence
from harness.testing import LabStandIn, Script
from methods.fgo import FGO
from methods.merge_tree import Node
from methods.merging import MergeAndBacktest, ProgressiveMerging, union
from methods.partition import by_category

TASKS = make_tasks(24, categories=6)
HONEST = FGO(12, 6, partition=by_category, cluster=kmeans)


class WithoutBacktest(MergeAndBacktest):
    """Guess that a merge is as good as its constituents."""

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        scores = {task: score for c in candidates for task, score in c.performance.scores.items()}
        categories = {task: name for c in candidates for task, name in c.performance.categories.items()}
        guess = Performance(scores, categories)
        return Node(await lab.merge(candidates), union(candidates), guess, tuple(candidates))


class BacktestOfOneConstituent(MergeAndBacktest):
    """Backtest on less than the union."""

    async def __call__(self, lab: Lab, candidates: Sequence[Node]) -> Node:
        modules = await lab.merge(candidates)
        performance = await lab.backtest(modules, candidates[0].tasks)
        return Node(modules, union(candidates), performance, tuple(candidates))


async def in_arrival_order(coros: object, limit: int | None = None) -> list[object]:
    """Take results as they come, as `asyncio.as_completed` does."""
    return [await done for done in asyncio.as_completed(list(coros))]  # type: ignore[call-overload]


def every_merge_is_backtested_on_the_tasks_of_its_constituents(method: FGO) -> bool:
    world = Script()
    asyncio.run(method.train(LabStandIn(world), TASKS))
    trained_on = {call.modules[0]: set(call.tasks) for call in world.of("backtest") if "subset" in call.scope}
    merging = [call for call in world.calls if call.scope.startswith("/merge") and call.verb in ("merge", "backtest")]
    backtests = {call.scope: call for call in merging if call.verb == "backtest"}
    for call in merging:
        if call.verb == "merge":
            done = backtests.get(call.scope)
            if done is None:
                return False
            expected = set().union(*(trained_on[parent] for parent in call.modules))
            if set(done.tasks) != expected:
                return False
            trained_on[done.modules[0]] = expected
    return True


def the_result_does_not_depend_on_which_strand_is_faster(method: FGO) -> bool:
    """The merger keeps the order in which it gets modules, so that order shows."""

    def later_ones_faster(scope: str) -> int:
        return 40 - 5 * int(scope[8]) if scope.startswith("/subset-") else 0

    worlds = [Script(), Script(delay=later_ones_faster)]
    results = [asyncio.run(method.train(LabStandIn(world), TASKS)) for world in worlds]
    return results[0].digest == results[1].digest


def test_fgo_itself_passes() -> None:
    assert every_merge_is_backtested_on_the_tasks_of_its_constituents(HONEST)
    assert the_result_does_not_depend_on_which_strand_is_faster(HONEST)


@pytest.mark.parametrize("step", [WithoutBacktest(), BacktestOfOneConstituent()])
def test_an_fgo_that_skips_backtests_is_caught(step: MergeAndBacktest) -> None:
    with mock.patch("methods.fgo.ProgressiveMerging", partial(ProgressiveMerging, step=step)):
        assert not every_merge_is_backtested_on_the_tasks_of_its_constituents(HONEST)


def test_an_fgo_that_merges_in_arrival_order_is_caught() -> None:
    with mock.patch("methods.fgo.gather", in_arrival_order):
        assert not the_result_does_not_depend_on_which_strand_is_faster(HONEST)


def run(method: str, folder: Path) -> list[str]:
    """Run a method of `spy_environment` to its end and return what the environment was asked for."""
    spy_environment.LOG.clear()
    config = {
        "env": {"_target_": "spy_environment.Spy", "name": "spy"},
        "method": {"_target_": f"spy_environment.{method}", "name": method.lower()},
        "backbone": {"name": "sim", "model": {"id": "sim/small"}},
        "results_dir": str(folder),
    }
    execute(plan(read_settings(config)), Silence())
    return list(spy_environment.LOG)


def train_returns_before_any_test_task_is_touched(log: Sequence[str]) -> bool:
    training = log[: log.index("trained")]
    return "tasks test" not in training and "play test" not in training


def test_test_tasks_are_loaded_and_played_only_after_train_has_returned(tmp_path: Path) -> None:
    log = run("Honest", tmp_path)
    assert train_returns_before_any_test_task_is_touched(log)
    assert log.count("tasks test") == 1
    assert "play test" in log[log.index("trained") :]


def test_an_fgo_that_peeks_at_test_tasks_is_caught(tmp_path: Path) -> None:
    assert not train_returns_before_any_test_task_is_touched(run("Peeking", tmp_path))
