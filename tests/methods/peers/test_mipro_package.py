"""MIPRO against the bare package: given the same answers, the same pairs, minibatches and choice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from task_lists import make_tasks

from harness.core.domain import Modules, Role, Task
from harness.testing import LabStandIn, Script
from methods.peers.mipro import MIPRO
from methods.peers.packaged.proposals import below
from tests.methods.peers.test_mipro import needs_dspy, quality

TASKS = make_tasks(20)
VALIDATION = [Task(f"v{number}", "", "", "c") for number in range(3)]
ORDER = [TASKS[i] for i in LabStandIn().rng("split").permutation(20)]
FIRST = 4
"""Tasks that demonstrations are taken from; minibatches are drawn from the others."""

Evaluated = tuple[str, tuple[str, ...]]
"""The agent's instruction, and the tasks that it was scored on; none for a full evaluation."""

pytestmark = needs_dspy


def solved(task: Task) -> bool:
    """Return whether the untouched agent solves a task, which makes it a demonstration."""
    return task.id in {ORDER[1].id, ORDER[2].id}


def score(modules: Modules, task: Task) -> float:
    """Score a pair; every validation task has the mean over the tasks of the minibatches, as the package has none."""
    if task in VALIDATION:
        return sum(quality(modules, each) for each in ORDER[FIRST:]) / len(ORDER[FIRST:])
    return float(solved(task)) if task in ORDER[:FIRST] else quality(modules, task)


def answers(steps: int) -> Iterator[dict[str, str]]:
    """Yield the optimizer's answers in the order of its calls."""
    yield {"observations": "the tasks are alike"}
    yield {"summary": "alike"}
    yield from ({"proposed_instruction": f"say {(7 * call) % 11}"} for call in range(3, steps + 1))


def ours(steps: int, settings: Mapping[str, int]) -> tuple[str, list[Evaluated]]:
    said = answers(steps)

    def complete(role: Role, messages: Any, attempt: int) -> str:
        (text,) = next(said).values()
        return f"<instruction>{text}</instruction>" if text.startswith("say") else text

    script = Script(score, complete=complete, validation=VALIDATION)
    found = asyncio.run(MIPRO(steps, **settings).train(LabStandIn(script), TASKS))
    initial = LabStandIn().initial
    made = {each.digest: each for each in [initial, *(call.facts["made"] for call in script.of("propose"))]}
    calls = [call for call in script.calls if call.verb in ("gate", "validate")]
    evaluated = [(made[c.modules[0]].instruction(), c.tasks if c.verb == "gate" else ()) for c in calls]
    return found.instruction(), evaluated


def theirs(steps: int, settings: Mapping[str, int]) -> tuple[str, list[Evaluated]]:
    import dspy
    from dspy.utils.callback import BaseCallback
    from dspy.utils.dummies import DummyLM

    from harness.run.roles import rendering
    from methods.peers.packaged.proposals import attempted

    evidence = asyncio.run(LabStandIn(Script(score)).explore(LabStandIn().initial, ORDER[:FIRST], evaluate=False))
    shown = [attempted(item).attempt for item in evidence]
    assert shown == [rendering.experience(item) for item in evidence], "none of them is long"
    evaluated: list[Evaluated] = []

    def text(program: Any) -> str:
        return below(program.act.signature.instructions, [demo["attempt"] for demo in program.act.demos])

    class Bare(dspy.Module):
        def __init__(self) -> None:
            super().__init__()
            self.act = dspy.Predict(dspy.Signature("number: int -> attempt", LabStandIn().initial.instruction()))

        def forward(self, number: int) -> Any:
            attempt = shown[number] if number < FIRST else ""
            reached = score(Modules.of_instruction(text(self)), ORDER[number])
            prediction = dspy.Prediction(attempt=attempt, reached=reached)
            if number < FIRST:
                dspy.settings.trace.append((self.act, {"number": number}, dspy.Prediction(attempt=attempt)))
            return prediction

    class Recorder(BaseCallback):
        def on_evaluate_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
            devset = inputs["devset"]
            tasks = tuple(ORDER[example["number"]].id for example in devset) if len(devset) < len(ORDER) - FIRST else ()
            evaluated.append((text(inputs["program"]), tasks))

    model = DummyLM(list(answers(steps)))
    optimizer = dspy.MIPROv2(
        metric=lambda example, prediction, trace=None: prediction.reached,
        prompt_model=model,
        task_model=model,
        auto=None,
        num_candidates=steps - 2,
        max_bootstrapped_demos=settings.get("demos", 4),
        max_labeled_demos=0,
        num_threads=1,
        seed=int(LabStandIn().rng("search").integers(1, 2**31)),
    )
    examples = [
        dspy.Example(number=n, task=task.query, truth=task.truth).with_inputs("number") for n, task in enumerate(ORDER)
    ]
    with dspy.context(callbacks=[Recorder()]):
        best = optimizer.compile(
            Bare(),
            trainset=examples[:FIRST],
            valset=examples[FIRST:],
            num_trials=optimizer._set_num_trials_from_num_candidates(Bare(), settings.get("demos") == 0, steps - 2),
            minibatch_size=settings["minibatch"],
            minibatch_full_eval_steps=settings.get("full_every", 5),
            program_aware_proposer=False,
        )
    return text(best), evaluated


@pytest.mark.parametrize("settings", [{}, {"demos": 0}, {"demos": 1, "full_every": 2}], ids=str)
@pytest.mark.parametrize("steps", [8, 16])
def test_pairs_minibatches_and_choice_are_those_of_the_bare_package(
    steps: int, settings: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSPY_CACHEDIR", str(tmp_path))
    settings = {"minibatch": 8, **settings}
    choice, pairs = ours(steps, settings)
    their_choice, their_pairs = theirs(steps, settings)
    again = (LabStandIn().initial.instruction(), ())  # ours is not validated a second time
    assert pairs == [their_pairs[0], *(pair for pair in their_pairs[1:] if pair != again)]
    assert choice == their_choice
    assert len({text for text, _ in pairs}) > 3
