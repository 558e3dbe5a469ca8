"""Each method, read beside the paper."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from stub_lab import StubLab, World, make_tasks

from harness.core.errors import ConfigError
from harness.core.method import Method
from methods.all_at_once import AllAtOnce
from methods.batch_wise import BatchWise
from methods.bootstrapping import Bootstrapping
from methods.clustering import kmeans
from methods.fgo import FGO, share
from methods.partition import at_random, by_category
from methods.vanilla import Vanilla

TASKS = make_tasks(12, categories=4)
IDS = [task.id for task in TASKS]
METHODS = {
    "all_at_once": AllAtOnce(5),
    "batch_wise": BatchWise(5, 4),
    "bootstrapping": Bootstrapping(5, 4),
    "fgo": FGO(5, 4, by_category, kmeans),
}


async def test_vanilla_does_nothing() -> None:
    world = World()
    assert await Vanilla().train(StubLab(world), TASKS) == StubLab().initial
    assert world.calls == []


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_the_number_of_optimizer_calls_is_steps(method: Method) -> None:
    world = World()
    await method.train(StubLab(world), TASKS)
    assert len(world.of("optimize")) == 5
    assert len(world.of("explore")) == 5


@pytest.mark.parametrize("method", [AllAtOnce(0), BatchWise(0, 4), Bootstrapping(0, 4)], ids=["all", "batch", "boot"])
async def test_no_steps_give_the_initial_modules(method: Method) -> None:
    assert await method.train(StubLab(), TASKS) == StubLab().initial


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_training_twice_gives_the_same_whatever_strand_is_faster(method: Method) -> None:
    one = await method.train(StubLab(), TASKS)
    other = await method.train(StubLab(World(delay=lambda scope: 7 - sum(map(ord, scope)) % 7)), TASKS)
    assert one.digest == other.digest


async def test_all_at_once_shows_every_task_at_every_step() -> None:
    world = World()
    await AllAtOnce(3).train(StubLab(world), TASKS)
    assert [list(call.tasks) for call in world.of("optimize")] == [IDS] * 3


async def test_batch_wise_goes_through_all_tasks_an_epoch_and_on_into_the_next() -> None:
    world = World()
    await BatchWise(8, 5).train(StubLab(world), TASKS)
    batches = [call.tasks for call in world.of("optimize")]
    assert [len(batch) for batch in batches] == [5, 5, 2, 5, 5, 2, 5, 5]
    for epoch in (batches[:3], batches[3:6]):
        assert sorted(task for batch in epoch for task in batch) == sorted(IDS)
    assert batches[:3] != batches[3:6]


async def test_batch_wise_in_the_given_order_cuts_the_same_batches_each_epoch() -> None:
    world = World()
    await BatchWise(4, 6, shuffle=False).train(StubLab(world), TASKS)
    assert [list(call.tasks) for call in world.of("optimize")] == [IDS[:6], IDS[6:]] * 2


async def test_batch_wise_goes_on_with_the_modules_of_the_step_before() -> None:
    world = World()
    await BatchWise(3, 4).train(StubLab(world), TASKS)
    explored = [call.modules for call in world.of("explore")]
    assert len(set(explored)) == 3
    assert explored[0] == (StubLab().initial.digest,)


async def test_bootstrapping_draws_with_replacement() -> None:
    world = World()
    await Bootstrapping(20, 10).train(StubLab(world), TASKS)
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
    world = World(score=lambda modules, task: float(len(modules.instruction().splitlines()) == 5))
    best = await BatchWise(3, 4, shuffle=False, select="best").train(StubLab(world), TASKS)
    assert best.instruction().splitlines() == ["say", "- t0", "- t1", "- t2", "- t3"]
    assert {call.tasks for call in world.of("backtest")} == {tuple(IDS)}
    last = await BatchWise(3, 4, shuffle=False).train(StubLab(), TASKS)
    assert len(last.instruction().splitlines()) == 13


async def test_select_best_takes_the_later_of_equals() -> None:
    best = await BatchWise(3, 4, shuffle=False, select="best").train(StubLab(World(score=lambda *_: 1.0)), TASKS)
    assert len(best.instruction().splitlines()) == 13


async def test_select_validated_goes_by_the_validation_tasks_alone() -> None:
    world = World(validation=make_tasks(6))
    await AllAtOnce(2, select="validated").train(StubLab(world), TASKS)
    assert world.of("backtest") == []
    assert world.calls[0].verb == "validate", "missing validation tasks are seen before anything is spent"


class TestFGO:
    async def test_each_subset_is_optimized_by_itself_from_the_initial_modules(self) -> None:
        world = World()
        await FGO(8, 4, by_category, kmeans).train(StubLab(world), TASKS)
        for number, subset in enumerate(by_category(TASKS, 4, StubLab().rng("")), 1):
            seen = [call for call in world.of("explore") if call.scope == f"/subset-{number}"]
            assert [call.tasks for call in seen] == [tuple(task.id for task in subset)] * 2
            assert seen[0].modules == (StubLab().initial.digest,)

    async def test_the_result_knows_what_every_subset_has_learned(self) -> None:
        trained = await FGO(8, 4, by_category, kmeans).train(StubLab(), TASKS)
        assert set(IDS) <= set(trained.instruction().split())

    async def test_one_subset_is_all_at_once(self) -> None:
        world = World()
        one = await FGO(3, 1, at_random, kmeans).train(StubLab(world), TASKS)
        assert one == await AllAtOnce(3).train(StubLab(), TASKS)
        assert world.of("merge") == []

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"threshold": 1}, "method.threshold=1"),
            ({"subsets": 0}, "method.subsets=0"),
            ({"clusters": 1}, "method.clusters=1"),
            ({"clusters": "many"}, "method.clusters=many"),
        ],
    )
    def test_settings_out_of_range_are_told_in_a_line(self, settings: dict[str, object], said: str) -> None:
        build = partial(FGO, steps=3, partition=by_category, cluster=kmeans)
        with pytest.raises(ConfigError, match=said):
            build(**{"subsets": 4, **settings})  # type: ignore[arg-type]


@pytest.mark.parametrize(("steps", "subsets", "shares"), [(18, 6, [3] * 6), (5, 4, [2, 1, 1, 1]), (2, 3, [1, 1, 0])])
def test_steps_are_shared_evenly_the_first_getting_one_more(steps: int, subsets: int, shares: list[int]) -> None:
    assert share(steps, subsets) == shares
    assert sum(share(steps, subsets)) == steps
