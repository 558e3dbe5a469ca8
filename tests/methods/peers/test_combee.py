"""Combee by hand: sixteen reflections, four groups of eight, one map and one reduce."""

from __future__ import annotations

import asyncio
from collections import Counter

import numpy as np
import pytest
from task_lists import make_tasks

from harness.core.domain import Evidence
from harness.testing import LabStandIn, Script, check_method
from methods.peers.combee import Combee, deal

TASKS = make_tasks(16)


def trained(steps: int, **settings: int) -> Script:
    script = Script()
    asyncio.run(Combee(steps, **settings).train(LabStandIn(script), TASKS))
    return script


def test_sixteen_reflections_are_dealt_twice_into_four_groups() -> None:
    script = trained(4)
    mapped = script.of("optimize")
    assert [len(call.tasks) for call in mapped] == [8, 8, 8, 8]
    assert Counter(task for call in mapped for task in call.tasks) == {task.id: 2 for task in TASKS}
    (reduced,) = script.of("merge")
    assert len(reduced.modules) == 4
    assert script.of("backtest") == script.of("gate") == script.of("validate") == []


def test_the_next_step_begins_from_the_reduction() -> None:
    script = trained(8)
    first, second = script.of("explore")
    assert first.modules == (LabStandIn().initial.digest,)
    assert {call.modules for call in script.of("optimize")[4:]} == {second.modules}
    assert second.modules != first.modules


@pytest.mark.parametrize(("tasks", "groups"), [(3, 1), (4, 2), (8, 2), (9, 3), (15, 3)])
def test_there_are_floor_of_sqrt_n_groups(tasks: int, groups: int) -> None:
    script = trained(groups, batch_size=tasks)
    assert len(script.of("optimize")) == groups
    assert len(script.of("merge")) == (groups > 1)


def test_optimizer_calls_are_steps_also_where_the_last_step_is_smaller() -> None:
    assert len(trained(10).of("optimize")) == 10


async def test_dealing_keeps_every_copy_and_shuffles() -> None:
    evidence: Evidence = await LabStandIn().explore(LabStandIn().initial, TASKS)
    dealt = deal(list(evidence), 4, copies=2, rng=np.random.default_rng(0))
    ids = [each.task.id for group in dealt for each in group]
    assert sorted(ids) == sorted([task.id for task in TASKS] * 2)
    assert ids != sorted(ids)


def test_it_keeps_the_contract() -> None:
    check_method(Combee(6))
