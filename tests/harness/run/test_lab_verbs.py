"""The Lab's verbs for methods that go beyond the paper: gate, retried merges, records, embeddings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_laboratory import TASKS, Setup

from harness.core.domain import Candidate, Modules, Purpose, Role
from harness.core.messages import Message
from harness.run.embedding import Effect, Vectors


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


async def test_a_merge_that_a_method_made_itself_is_in_the_lineage_and_counts(setup: Setup) -> None:
    made = Modules.of_instruction(f"the answer of {TASKS[0].id}")
    setup.lab.record("merge", made, [setup.lab.initial], edits=1)
    (event,) = setup.book.events()
    assert (event.kind, event.modules, event.parents) == ("merge", made.digest, [setup.lab.initial.digest])
    assert event.facts == {"edits": 1}
    assert event.leaks == [TASKS[0].id]
    assert setup.bench.counts["merge_calls"] == 1


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
