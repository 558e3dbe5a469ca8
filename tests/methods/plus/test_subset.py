"""What happens on one subset: the held-out part, the per-task best, the cap."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from task_lists import make_tasks

from harness.core.domain import Candidate, Modules, Performance
from harness.testing import LabStandIn, Script
from methods.plus.cap import Cap, cut
from methods.plus.holdout import hold_out
from methods.plus.pareto import per_task_best
from methods.plus.subset import OnSubset

SUBSET = tuple(make_tasks(8))


@given(n=st.integers(1, 30), share=st.sampled_from([0.0, 0.1, 0.5, 0.99]), seed=st.integers(0, 9))
def test_a_held_out_part_is_disjoint_and_neither_part_is_empty(n: int, share: float, seed: int) -> None:
    subset = tuple(make_tasks(n))
    train, held = hold_out(subset, share, rng=np.random.default_rng(seed))
    if share == 0.0 or n == 1:
        assert train == held == subset
    else:
        assert not set(train) & set(held)
        assert set(train) | set(held) == set(subset)
        assert train
        assert held


async def test_what_is_backtested_was_never_explored() -> None:
    world = Script()
    (candidate,) = await OnSubset(holdout=0.25)(LabStandIn(world), SUBSET, 3)
    explored = {task for call in world.of("explore") for task in call.tasks}
    assert len(candidate.tasks) == 2
    assert not explored & {task.id for task in candidate.tasks}
    assert candidate.performance.mean == 0.0, "a module that only memorised does not look good"


def scored(text: str, *scores: float) -> Candidate:
    performance = Performance({f"t{i}": s for i, s in enumerate(scores)}, {f"t{i}": "c" for i in range(len(scores))})
    return Candidate(Modules.of_instruction(text), tuple(make_tasks(len(scores))), performance)


def test_a_specialist_goes_on_beside_the_best_on_average() -> None:
    best, specialist, dominated = (
        scored("best", 1, 1, 1, 0),
        scored("specialist", 0, 0, 0, 1),
        scored("other", 0, 1, 0, 0),
    )
    assert per_task_best([dominated, specialist, best]) == [specialist, best]


def test_among_equals_the_later_one_goes_on_alone() -> None:
    assert per_task_best([scored("earlier", 1, 0), scored("later", 1, 0)]) == [scored("later", 1, 0)]
    assert per_task_best([scored("earlier", 0, 0), scored("later", 0, 0)]) == [scored("later", 0, 0)]


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4), min_size=1, max_size=6))
def test_the_kept_ones_together_are_best_on_every_task(rows: list[list[float]]) -> None:
    candidates = [scored(str(number), *row) for number, row in enumerate(rows)]
    kept = per_task_best(candidates)
    assert [max(row) for row in zip(*(c.performance.scores.values() for c in kept), strict=True)] == [
        max(column) for column in zip(*rows, strict=True)
    ]


async def test_an_instruction_over_the_cap_is_asked_for_shorter() -> None:
    world = Script(complete=lambda role, messages, attempt: "<instruction>short one</instruction>")
    capped = await Cap(3)(LabStandIn(world), Modules.of_instruction("one two three four"))
    assert capped.instruction() == "short one"
    assert world.of("cap")[0].facts["by"] == "merger"


async def test_if_that_does_not_help_whole_guidelines_are_cut_off_and_it_is_recorded() -> None:
    world = Script(complete=lambda role, messages, attempt: "<instruction>as long as ever it was</instruction>")
    capped = await Cap(4)(LabStandIn(world), Modules.of_instruction("say\n- a b\n- c d\n- e f"))
    assert capped.instruction() == "say\n- a b"
    assert world.of("cap")[0].facts["by"] == "cut"
    assert [call.facts["attempt"] for call in world.of("complete")] == [0, 1]


async def test_within_the_cap_nothing_is_asked() -> None:
    world = Script()
    assert (await Cap(3)(LabStandIn(world), Modules.of_instruction("one two three"))).instruction() == "one two three"
    assert world.calls == []


@given(st.text(alphabet="ab \n", min_size=1), st.integers(1, 5))
def test_a_cut_text_fits_or_is_a_single_word(text: str, limit: int) -> None:
    assert len(cut(text, limit, count=lambda t: len(t.split())).split()) <= max(limit, 1)
