"""Room to learn: the reference toolbox solves what the initial tools cannot, through the whole path."""

from __future__ import annotations

import asyncio

import pytest

from envs.gaia.environment import GAIA
from envs.gaia.generate.parts import GIVEN, LACKING
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.statistics import chosen, measure
from harness.core.concurrency import gather
from harness.core.domain import Modules, Trajectory
from harness.core.environment import Split

from .scripted import Reader

SIZES: dict[Split, int] = {"train": 36, "test": 60}
needs_sandbox = pytest.mark.skipif(why_not_bwrap() is not None and why_not_landlock() is not None, reason="no sandbox")


def played(gaia: GAIA, modules: Modules) -> list[Trajectory]:
    async def all_of_them() -> list[Trajectory]:
        return list(await gather(gaia.rollout(modules, task, Reader()) for task in gaia.tasks("test")))

    return asyncio.run(all_of_them())


@needs_sandbox
def test_a_scripted_agent_solves_most_tasks_with_the_reference_toolbox_and_few_with_the_initial_one() -> None:
    gaia = GAIA(train_size=15, test_size=25)
    [reference] = gaia.reference_modules().values()
    trained = played(gaia, reference)
    failures = [
        (task.query, one.steps, one.answer)
        for task, one in zip(gaia.tasks("test"), trained, strict=True)
        if not one.success
    ]
    beyond = ("text", "paged")  # what the script does by no tool
    solvable = [one for one in trained if not str(one.notes["abilities"]).startswith(tuple(f"['{w}" for w in beyond))]
    assert all(one.success for one in solvable), failures
    assert sum(one.success for one in trained) >= 0.85 * len(trained), failures
    assert sum(one.success for one in played(gaia, gaia.initial_modules())) <= 0.45 * len(trained)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_tasks_ask_for(seed: int) -> None:
    tasks = chosen(seed, SIZES)
    measured = measure(tasks)
    assert len(LACKING) + len(GIVEN) >= 24
    assert len(LACKING) + 1 >= 18
    assert all(share <= 0.45 for share in measured.initially_solvable.values())
    assert measured.unseen[0] >= measured.unseen[1] // 2
    asked = {split: {a for task in of for a in task.abilities} for split, of in tasks.items()}
    assert asked["train"] >= set(LACKING)
    chained = [len(task.abilities) - 1 for of in tasks.values() for task in of if task.level > 1]
    assert min(chained) >= 2
    assert max(chained) <= 4
    assert not measure({**tasks, "test": tasks["train"]}).unseen[0]
