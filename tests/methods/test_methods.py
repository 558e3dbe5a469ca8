"""Each method, read beside the paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from task_lists import make_tasks

from harness.core.errors import ConfigError
from harness.core.method import Method
from harness.run.clustering import kmeans
from harness.testing import LabStandIn, Script
from methods.all_at_once import AllAtOnce
from methods.batch_wise import BatchWise
from methods.bootstrapping import Bootstrapping
from methods.fgo import FGO, share
from methods.partition import at_random, by_category
from methods.vanilla import Vanilla

TASKS = make_tasks(12, categories=4)
IDS = [task.id for task in TASKS]
METHODS = {
    "all_at_once": AllAtOnce(5),
    "batch_wise": BatchWise(5, 4),
    "bootstrapping": Bootstrapping(5, 4),
    "fgo": FGO(5, 4, partition=by_category, cluster=kmeans),
}


async def test_vanilla_does_nothing() -> None:
    world = Script()
    assert await Vanilla().train(LabStandIn(world), TASKS) == LabStandIn().initial
    assert world.calls == []


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_the_number_of_optimizer_calls_is_steps(method: Method) -> None:
    world = Script()
    await method.train(LabStandIn(world), TASKS)
    assert len(world.of("optimize")) == 5
    assert len(world.of("explore")) == 5


BUILDS: dict[str, Callable[..., Method]] = {
    "all_at_once": partial(AllAtOnce, steps=3),
    "batch_wise": partial(BatchWise, steps=3, batch_size=4),
    "bootstrapping": partial(Bootstrapping, steps=3, batch_size=4),
    "fgo": partial(FGO, steps=3, subsets=4, partition=by_category, cluster=kmeans),
}


@pytest.mark.parametrize("method", BUILDS)
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"steps": 0}, "method.steps=0: a whole number of at least 1"),
        ({"steps": -1}, "method.steps=-1"),
        ({"steps": 1.5}, "method.steps=1.5"),
        ({"steps": "many"}, "method.steps=many"),
        ({"steps": True}, "method.steps=True"),
        ({"steps": None}, "method.steps=None"),
        ({"select": "foo"}, "method.select=foo: one of last, best, validated"),
    ],
    ids=str,
)
def test_settings_are_checked_when_a_method_is_built(method: str, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        BUILDS[method](**settings)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_training_twice_gives_the_same_whatever_strand_is_faster(method: Method) -> None:
    one = await method.train(LabStandIn(), TASKS)
    other = await method.train(LabStandIn(Script(delay=lambda scope: 7 - sum(map(ord, scope)) % 7)), TASKS)
    assert one.digest == other.digest


async def test_all_at_once_shows_every_task_at_every_step() -> None:
    world = Script()
    await AllAtOnce(3).train(LabStandIn(world), TASKS)
    assert [list(call.tasks) for call in world.of("optimize")] == [IDS] * 3


async def test_batch_wise_goes_through_all_tasks_an_epoch_and_on_into_the_next() -> None:
    world = Script()
    await BatchWise(8, 5).train(LabStandIn(world), TASKS)
    batches = [call.tasks for call in world.of("optimize")]
    assert [len(batch) for batch in batches] == [5, 5, 2, 5, 5, 2, 5, 5]
    for epoch in (batches[:3], batches[3:6]):
        assert sorted(task for batch in epoch for task in batch) == sorted(IDS)
    assert batches[:3] != batches[3:6]


async def test_batch_wise_in_the_given_order_cuts_the_same_batches_each_epoch() -> None:
    world = Script()
    await BatchWise(4, 6, shuffle=False).train(LabStandIn(world), TASKS)
    assert [list(call.tasks) for call in world.of("optimize")] == [IDS[:6], IDS[6:]] * 2


async def test_batch_wise_goes_on_with_the_modules_of_the_step_before() -> None:
    world = Script()
    await BatchWise(3, 4).train(LabStandIn(world), TASKS)
    explored = [call.modules for call in world.of("explore")]
    assert len(set(explored)) == 3
    assert explored[0] == (LabStandIn().initial.digest,)


async def test_bootstrapping_draws_with_replacement() -> None:
    world = Script()
    await Bootstrapping(20, 10).train(LabStandIn(world), TASKS)
    batches = [call.tasks for call in world.of("optimize")]
    assert all(len(batch) == 10 for batch in batches)
    assert len(set(batches)) == 20
    assert any(max(Counter(batch).values()) > 1 for batch in batches)
    assert {task for batch in batches for task in batch} == set(IDS)


@pytest.mark.parametrize("kind", [BatchWise, Bootstrapping])
def test_a_batch_holds_a_task_at_least(kind: type[BatchWise | Bootstrapping]) -> None:
    with pytest.raises(ConfigError, match="batch_size=0"):
        kind(3, 0)


async def test_select_best_keeps_the_best_step_not_the_last() -> None:
    # What is learned later drives out what was known: the first step's modules solve most.
    world = Script(score=lambda modules, task: float(len(modules.instruction().splitlines()) == 5))
    best = await BatchWise(3, 4, shuffle=False, select="best").train(LabStandIn(world), TASKS)
    assert best.instruction().splitlines() == ["say", "- t0", "- t1", "- t2", "- t3"]
    assert {call.tasks for call in world.of("backtest")} == {tuple(IDS)}
    last = await BatchWise(3, 4, shuffle=False).train(LabStandIn(), TASKS)
    assert len(last.instruction().splitlines()) == 13


async def test_select_best_takes_the_later_of_equals() -> None:
    best = await BatchWise(3, 4, shuffle=False, select="best").train(LabStandIn(Script(score=lambda *_: 1.0)), TASKS)
    assert len(best.instruction().splitlines()) == 13


async def test_select_validated_goes_by_the_validation_tasks_alone() -> None:
    world = Script(validation=make_tasks(6))
    await AllAtOnce(2, select="validated").train(LabStandIn(world), TASKS)
    assert world.of("backtest") == []
    assert world.calls[0].verb == "validate", "missing validation tasks are seen before anything is spent"


class TestFGO:
    async def test_each_subset_is_optimized_by_itself_from_the_initial_modules(self) -> None:
        world = Script()
        await FGO(8, 4, partition=by_category, cluster=kmeans).train(LabStandIn(world), TASKS)
        for number, subset in enumerate(by_category(TASKS, 4, rng=LabStandIn().rng("")), 1):
            seen = [call for call in world.of("explore") if call.scope == f"/subset-{number}"]
            assert [call.tasks for call in seen] == [tuple(task.id for task in subset)] * 2
            assert seen[0].modules == (LabStandIn().initial.digest,)

    async def test_the_result_knows_what_every_subset_has_learned(self) -> None:
        trained = await FGO(8, 4, partition=by_category, cluster=kmeans).train(LabStandIn(), TASKS)
        assert set(IDS) <= set(trained.instruction().split())

    async def test_one_subset_is_all_at_once(self) -> None:
        world = Script()
        one = await FGO(3, 1, partition=at_random, cluster=kmeans).train(LabStandIn(world), TASKS)
        assert one == await AllAtOnce(3).train(LabStandIn(), TASKS)
        assert world.of("merge") == []

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"threshold": 1}, "method.threshold=1"),
            ({"subsets": 0}, "method.subsets=0"),
            ({"clusters": 1}, "method.clusters=1"),
            ({"clusters": "many"}, "method.clusters=many"),
            ({"cluster": "foo"}, "method.cluster=foo: no cluster by that name; choose one with cluster=NAME"),
            ({"partition": "foo"}, "method.partition=foo"),
        ],
    )
    def test_settings_out_of_range_are_refused_in_one_line(self, settings: dict[str, object], said: str) -> None:
        build = BUILDS["fgo"]
        with pytest.raises(ConfigError, match=said):
            build(**settings)


@pytest.mark.parametrize(("steps", "subsets", "shares"), [(18, 6, [3] * 6), (5, 4, [2, 1, 1, 1]), (2, 3, [1, 1, 0])])
def test_steps_are_shared_evenly_the_first_getting_one_more(steps: int, subsets: int, shares: list[int]) -> None:
    assert share(steps, subsets) == shares
    assert sum(share(steps, subsets)) == steps
