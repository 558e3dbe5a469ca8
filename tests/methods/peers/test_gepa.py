"""GEPA against the package: the same scripted answers, and the same candidates, parents and scores, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from task_lists import make_tasks

from harness.core.domain import Evidence, Modules, Task, digest
from harness.testing import LabStandIn, Script, check_method
from methods.peers.gepa import GEPA, frontier, minibatches

TRAIN = make_tasks(8)
VALIDATION = [Task(f"v{number}", f"held-out {number}", "", "c") for number in range(5)]


def score(modules: Modules, task: Task) -> float:
    """Score 0, 1/2 or 1, as text and task fall; about every second child is better than its parent."""
    return int(digest([modules.instruction(), task.id])[:4], 16) % 3 / 2


def rewritten(text: str, ids: Sequence[str], scores: Sequence[float]) -> str:
    return f"{text}\n- {digest([text, list(ids), list(scores)])[:6]}"


def optimize(modules: Modules, evidence: Evidence, attempt: int) -> str:
    return rewritten(modules.instruction(), [e.task.id for e in evidence], [e.trajectory.score for e in evidence])


def ours(steps: int, **settings: int) -> tuple[Script, Modules]:
    import asyncio

    script = Script(score, optimize, validation=VALIDATION)
    return script, asyncio.run(GEPA(steps, **settings).train(LabStandIn(script), TRAIN))


class Theirs:
    """The package's adapter and strategies, with the script's answers and the draws of a Lab's generators."""

    propose_new_texts = None

    def __init__(self, minibatch: int) -> None:
        lab = LabStandIn()
        self._batches = minibatches(TRAIN, minibatch, rng=lab.rng("minibatches"))
        self._draws = lab.rng("parents")

    def evaluate(self, batch: list[Task], candidate: dict[str, str], capture_traces: bool = False) -> Any:
        from gepa.core.adapter import EvaluationBatch

        modules = Modules.of_instruction(candidate["instruction"])
        scores = [score(modules, task) for task in batch]
        traces = [(task.id, each) for task, each in zip(batch, scores, strict=True)]
        return EvaluationBatch(outputs=scores, scores=scores, trajectories=traces if capture_traces else None)

    def make_reflective_dataset(self, candidate: Any, batch: Any, components: Any) -> Any:
        return {"instruction": [{"id": name, "score": each} for name, each in batch.trajectories]}

    def propose(self, candidate: dict[str, str], dataset: Any, components: Any) -> dict[str, str]:
        rows = dataset["instruction"]
        ids, scores = [row["id"] for row in rows], [row["score"] for row in rows]
        return {"instruction": rewritten(candidate["instruction"], ids, scores)}

    def next_minibatch_ids(self, loader: Any, state: Any) -> list[int]:
        return [TRAIN.index(task) for task in next(self._batches)]

    def select_candidate_idx(self, state: Any) -> int:
        from gepa.gepa_utils import remove_dominated_programs

        fronts = remove_dominated_programs(state.get_pareto_front_mapping(), state.per_program_tracked_scores)
        tickets = sorted(program for front in fronts.values() for program in front)
        return tickets[int(self._draws.integers(len(tickets)))]


@pytest.mark.parametrize("steps", [1, 6, 25])
@pytest.mark.parametrize("minibatch", [2, 3])
def test_candidates_parents_and_choice_are_those_of_the_package(steps: int, minibatch: int) -> None:
    gepa = pytest.importorskip("gepa", reason="the package gepa 0.1.4 is the judge: pip install gepa==0.1.4")
    theirs = Theirs(minibatch)
    result = gepa.optimize(
        seed_candidate={"instruction": LabStandIn().initial.instruction()},
        trainset=TRAIN,
        valset=VALIDATION,
        adapter=theirs,
        custom_candidate_proposer=theirs.propose,
        candidate_selection_strategy=theirs,
        batch_sampler=theirs,
        stop_callbacks=[lambda state: state.i + 1 >= steps],
        display_progress_bar=False,
    )
    script, trained = ours(steps, minibatch=minibatch)
    (pool,) = script.of("pool")
    validated = [call.modules[0] for call in script.of("validate")]
    assert validated == [Modules.of_instruction(each["instruction"]).digest for each in result.candidates]
    assert pool.facts["parents"] == [parents[0] for parents in result.parents]
    assert pool.facts["scores"] == pytest.approx(result.val_aggregate_scores)
    assert trained.instruction() == result.best_candidate["instruction"]
    assert len(result.candidates) > 1 or steps == 1


def test_several_parents_and_proposals_make_the_same_number_of_calls_at_once() -> None:
    script, _ = ours(8, parents=2, proposals=2)
    assert len(script.of("optimize")) == 8
    assert len({call.scope for call in script.of("optimize")}) == 8
    explored = script.of("explore")
    assert [explored[0].modules, explored[2].modules] == [explored[1].modules, explored[3].modules], "two a parent"


def test_a_child_that_is_only_as_good_is_refused() -> None:
    script = Script(lambda modules, task: 0.5, optimize, validation=VALIDATION)
    import asyncio

    trained = asyncio.run(GEPA(4).train(LabStandIn(script), TRAIN))
    assert trained == LabStandIn().initial
    assert len(script.of("validate")) == 1
    assert {call.facts["accepted"] for call in script.of("minibatch")} == {False}


async def test_a_minibatch_without_a_fault_asks_nobody() -> None:
    script = Script(lambda modules, task: 1.0, optimize, validation=VALIDATION)
    await GEPA(4).train(LabStandIn(script), TRAIN)
    assert script.of("optimize") == []


@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 5))
def test_an_epoch_of_minibatches_holds_every_task(n: int, size: int, seed: int) -> None:
    tasks = make_tasks(n)
    stream = minibatches(tasks, size, rng=np.random.default_rng(seed))
    epoch = [next(stream) for _ in range(-(-n // size))]
    assert all(len(batch) == size for batch in epoch)
    assert {task.id for batch in epoch for task in batch} == {task.id for task in tasks}


def test_the_frontier_leaves_out_who_is_never_needed() -> None:
    scores = [{"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 1.0}]
    assert frontier(scores) == [1, 1]
    assert frontier([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}]) == [0, 1]


def test_it_keeps_the_contract() -> None:
    check_method(GEPA(6))
    check_method(GEPA(6, parents=2, proposals=2))
