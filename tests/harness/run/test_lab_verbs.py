"""The Lab's verbs for methods that go beyond the paper: gate, retried merges, records, embeddings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from test_laboratory import TASKS, Scripted, Setup

from harness.core.domain import Candidate, Modules, Performance, Purpose, Role
from harness.core.messages import Message
from harness.run.clustering import kmeans
from harness.run.embedding import Effect, Vectors
from harness.run.lab.laboratory import Laboratory


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


async def test_a_gate_measures_in_a_purpose_of_its_own(setup: Setup) -> None:
    gated = await setup.lab.gate(setup.lab.initial, TASKS)
    assert set(gated.scores) == {task.id for task in TASKS}
    assert [event.kind for event in setup.book.events()] == [Purpose.GATE.value]


async def test_another_attempt_at_a_merge_is_another_call(setup: Setup) -> None:
    performance = await setup.lab.backtest(setup.lab.initial, TASKS)
    other = Modules.of_instruction("other")
    candidates = [Candidate(modules, tuple(TASKS), performance) for modules in (setup.lab.initial, other)]

    async def asked(attempt: int) -> int:
        await setup.lab.merge(candidates, attempt)
        return setup.ledger.paid(Purpose.MERGE, Role.MERGER).calls

    first = await asked(0)
    assert await asked(0) == first, "the same attempt is answered from the journal"
    assert await asked(1) > first


async def test_equal_modules_are_merged_without_asking(setup: Setup) -> None:
    candidates = [Candidate(setup.lab.initial, tuple(TASKS), await setup.lab.backtest(setup.lab.initial, TASKS))] * 3
    assert await setup.lab.merge(candidates) == setup.lab.initial
    assert setup.ledger.paid(Purpose.MERGE, Role.MERGER).calls == setup.bench.counts["merge_calls"] == 0
    assert setup.book.events()[-1].facts == {"equal": 3}


async def test_a_merge_that_a_method_made_itself_is_in_the_lineage(setup: Setup) -> None:
    made = Modules.of_instruction(f"the answer of {TASKS[0].id}")
    setup.lab.record("merge", made, [setup.lab.initial], edits=1)
    (event,) = setup.book.events()
    assert (event.kind, event.modules, event.parents) == ("merge", made.digest, [setup.lab.initial.digest])
    assert event.facts == {"edits": 1}
    assert event.leaks == [TASKS[0].id]
    assert setup.bench.counts["merge_calls"] == 0, "the call of the merger counted when it was made"


@pytest.mark.parametrize(
    ("role", "counts"),
    [
        (Role.OPTIMIZER, {"optimizer_calls": 2, "merge_calls": 0}),
        (Role.MERGER, {"optimizer_calls": 0, "merge_calls": 2}),
        (Role.EVALUATOR, {"optimizer_calls": 0, "merge_calls": 0}),
    ],
)
async def test_prompts_of_ones_own_count_for_the_role_that_they_ask(
    setup: Setup, role: Role, counts: dict[str, int]
) -> None:
    for attempt in range(2):
        await setup.lab.complete(role, [Message("user", "hello")], attempt)
    assert {name: setup.bench.counts[name] for name in counts} == counts


async def test_experiences_are_shown_numbered_for_prompts_of_ones_own_and_cut_to_the_window(tmp_path: Path) -> None:
    setup = Setup(tmp_path)
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    whole = setup.lab.shown(evidence, "the rest")
    assert whole.n == len(TASKS)
    assert [f'<experience number="{n}"' in whole.text for n in (0, 1, 6, 7)] == [False, True, True, False]
    assert setup.bench.counts["truncated_steps"] == 0
    (tmp_path / "narrow").mkdir()
    setup = Setup(tmp_path / "narrow", provider=Scripted(window=300))
    narrow, narrower = setup.lab.shown(evidence), setup.lab.shown(evidence, "x" * 4 * 80)
    assert 0 < narrower.n < narrow.n < len(TASKS)
    assert whole.text.startswith(narrow.text[:200])
    assert setup.bench.counts["truncated_steps"] == 2
    assert [event.kind for event in setup.book.events()] == ["cut", "cut"]


async def test_another_attempt_at_an_optimization_is_another_call(setup: Setup) -> None:
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)

    async def asked(attempt: int) -> int:
        await setup.lab.optimize(setup.lab.initial, evidence, attempt)
        return setup.ledger.paid(Purpose.OPTIMIZE, Role.OPTIMIZER).calls

    assert [await asked(attempt) for attempt in (0, 0, 1, 2, 1)] == [1, 1, 2, 3, 3]


async def test_attempts_at_an_optimization_do_not_meet_the_questions_after_an_unreadable_answer(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(optimizer=["nothing"]))
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    for attempt in range(2):
        await setup.lab.optimize(setup.lab.initial, evidence, attempt)
    assert setup.ledger.paid(Purpose.OPTIMIZE, Role.OPTIMIZER).calls == 2 * setup.bench.tries


@pytest.mark.parametrize("second", ["embed", "complete", "cluster", "explore"])
async def test_a_second_verb_at_once_is_refused(setup: Setup, second: str) -> None:
    lab = setup.lab
    candidates = [Candidate(lab.initial, tuple(TASKS), Performance({}, {}))] * 3
    verbs: dict[str, Callable[[], Awaitable[object]]] = {
        "embed": lambda: lab.embed(["text"]),
        "complete": lambda: lab.complete(Role.MERGER, [Message("user", "hello")]),
        "cluster": lambda: lab.cluster(candidates, kmeans, 2),
        "explore": lambda: lab.explore(lab.initial, TASKS),
    }
    with pytest.raises(RuntimeError, match="at work"):
        await asyncio.gather(verbs["complete"](), verbs[second]())


async def test_candidates_are_clustered_and_the_assignment_is_in_lineage_and_journal(setup: Setup) -> None:
    texts = ["look in the fridge", "look in the drawer", "heat the egg", "heat the mug"]
    candidates = [Candidate(Modules.of_instruction(text), (), Performance({}, {})) for text in texts]
    groups = await setup.lab.cluster(candidates, kmeans, 2)
    assert [[each.modules.instruction() for each in group] for group in groups] == [texts[:2], texts[2:]]
    (event,) = setup.book.events()
    assert (event.kind, event.facts["result"]) == ("cluster", {"labels": [0, 0, 1, 1], "even_split_because": ""})

    def another_machine(*_: object) -> list[int]:
        raise AssertionError("the journal has the assignment")

    another_machine.__name__ = "kmeans"
    assert await Laboratory(setup.bench).cluster(candidates, another_machine, 2) == groups


async def test_texts_are_embedded_as_configured_and_effects_know_by_what(setup: Setup) -> None:
    class Lengths:
        def __init__(self, name: str) -> None:
            self.name = name

        def identity(self) -> dict[str, str]:
            return {"name": self.name}

        async def __call__(self, texts: list[str], effect: Effect) -> Vectors:
            return np.array([[float(len(text))] for text in texts])

    async def compute() -> str:
        return setup.bench.embedder.identity()["name"]

    setup.bench.embedder = Lengths("one")  # type: ignore[assignment]
    assert (await setup.lab.embed(["a", "bc"])).tolist() == [[1.0], [2.0]]
    assert await setup.lab.effect("cluster", [], compute) == "one"
    setup.bench.embedder = Lengths("other")  # type: ignore[assignment]
    assert await setup.lab.effect("cluster", [], compute) == "other"


async def test_another_attempt_at_a_prompt_of_ones_own_is_another_call(setup: Setup) -> None:
    prompt = [Message("user", "hello")]
    for attempt, calls in ((0, 1), (0, 1), (1, 2)):
        await setup.lab.complete(Role.MERGER, prompt, attempt)
        assert setup.ledger.paid(Purpose.MERGE, Role.MERGER).calls == calls


def test_a_method_can_count_tokens_and_knows_what_the_agent_is_for(setup: Setup) -> None:
    assert setup.lab.tokens("one two three") > 0
    assert setup.lab.purpose == "The agent echoes."
