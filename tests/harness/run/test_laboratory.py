"""The Lab: evidence in task order, infrastructure is no wrong answer, nothing depends on timing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pytest

from harness.core.concurrency import gather
from harness.core.domain import Candidate, Modules, Performance, Role, Task, Trajectory, Usage
from harness.core.environment import AgentModel, Description
from harness.core.errors import AnswerError, ConfigError, IncompleteRun, InfrastructureError
from harness.core.messages import Answer, Call, Message
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.storage.journal import Journal
from harness.records.spool import Spool
from harness.run.lab.bench import Bench
from harness.run.lab.laboratory import Laboratory
from harness.run.lab.lineage import LineageBook
from harness.run.lab.rollouts import Rollouts
from harness.run.players.playing import ThisProcess
from harness.run.progress.events import Silence
from harness.run.roles.prompting import Prompts

TASKS = [Task(f"t{n}", f"question {n}", f"truth number {n}", "odd" if n % 2 else "even") for n in range(6)]


class Echo:
    """An environment whose agent must say the task's truth; `failures` counts down infrastructure errors by task."""

    def __init__(self, failures: Mapping[str, int] | None = None) -> None:
        self.failures = dict(failures or {})
        self.played: list[str] = []

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        self.played.append(task.id)
        if self.failures.get(task.id, 0):
            self.failures[task.id] -= 1
            raise InfrastructureError("it is down")
        answer = await agent.complete([Message("user", modules.instruction() + task.query)])
        return Trajectory(task.id, (), answer=answer.text, success=task.id != "t0", score=float(task.id != "t0"))


class Scripted:
    """A provider: evaluator and optimizer answer what they are told to; later tasks answer first."""

    def __init__(self, optimizer: Sequence[str] = ("<instruction>next</instruction>",), window: int = 100_000) -> None:
        self.optimizer = list(optimizer)
        self.window = window
        self.prompts: list[str] = []

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        text = "\n".join(message.content for message in call.messages)
        self.prompts.append(text)
        for _ in range(20 - len(text) % 10):
            await asyncio.sleep(0)
        usage = Usage(1, 10, cached=0, completion=5, reasoning=0, usd=0.5, seconds=1.0)
        if spec.id == "test/evaluator":
            return Answer('{"advice": "more"}', usage)
        if spec.id == "test/agent":
            return Answer("word", usage)
        return Answer(self.optimizer.pop(0) if len(self.optimizer) > 1 else self.optimizer[0], usage)

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return len(text) // 4

    def context_window(self, spec: ModelSpec) -> int:
        return self.window


class Setup:
    """A Lab on a scripted provider."""

    def __init__(
        self,
        folder: Path,
        environment: Echo | None = None,
        provider: Scripted | None = None,
        on_failure: Literal["keep", "raise"] = "keep",
    ) -> None:
        models = {role: ModelSpec(id=f"test/{role}") for role in Role}
        self.folder = folder
        self.ledger = Ledger()
        self.journal = Journal.open(folder / "journal.jsonl")
        self.provider = provider or Scripted()
        self.book = LineageBook()
        self.rows = Spool(folder / "train.jsonl")
        door = Door(models, self.journal, ledger=self.ledger, provider=self.provider, seed=0)
        rollouts = Rollouts(ThisProcess(environment or Echo()), 4)  # type: ignore[arg-type]
        description = Description("echo", "1", scorer_version="1", data_checksum="none", purpose="The agent echoes.")
        initial = Modules.of_instruction("first")
        self.bench = Bench(
            initial,
            description,
            door=door,
            rollouts=rollouts,
            prompts=Prompts(),
            rows=self.rows,
            book=self.book,
            observer=Silence(),
            seed=0,
            training=TASKS,
            on_failure=on_failure,
        )
        self.lab = Laboratory(self.bench)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


async def test_evidence_stands_in_task_order_whoever_is_faster(setup: Setup) -> None:
    evidence = await setup.lab.explore(setup.lab.initial, TASKS[::-1])
    assert [e.task.id for e in evidence] == [task.id for task in TASKS[::-1]]
    assert [e.trajectory.task_id for e in evidence] == [task.id for task in TASKS[::-1]]
    assert evidence.performance.mean == pytest.approx(5 / 6)


async def test_a_task_drawn_twice_is_played_once_and_stands_twice(tmp_path: Path) -> None:
    environment = Echo()
    setup = Setup(tmp_path, environment)
    evidence = await setup.lab.explore(setup.lab.initial, [TASKS[1], TASKS[2], TASKS[1]])
    assert [e.task.id for e in evidence] == ["t1", "t2", "t1"]
    assert sorted(environment.played) == ["t1", "t2"]


async def test_infrastructure_errors_are_tried_again_at_the_end_and_are_no_wrong_answer(tmp_path: Path) -> None:
    environment = Echo({"t3": 1})
    setup = Setup(tmp_path, environment)
    performance = await setup.lab.backtest(setup.lab.initial, TASKS)
    assert performance.scores["t3"] == 1.0
    assert environment.played[-1] == "t3"


async def test_a_step_never_goes_on_with_evidence_missing(tmp_path: Path) -> None:
    setup = Setup(tmp_path, Echo({"t3": 99, "t4": 99}))
    with pytest.raises(IncompleteRun, match="2 of 6 tasks could not be played"):
        await setup.lab.explore(setup.lab.initial, TASKS)


async def test_optimize_writes_the_next_modules(setup: Setup) -> None:
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    made = await setup.lab.optimize(setup.lab.initial, evidence)
    assert made.instruction() == "next"
    assert setup.bench.counts["optimizer_calls"] == 1
    (event,) = [event for event in setup.book.events() if event.kind == "optimize"]
    assert (event.modules, event.parents) == (made.digest, [setup.lab.initial.digest])


async def test_an_unreadable_answer_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(["nonsense", "<instruction>next</instruction>"]))
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    assert (await setup.lab.optimize(setup.lab.initial, evidence)).instruction() == "next"
    assert "could not be read: there is no text between <instruction>" in setup.provider.prompts[-1]
    assert setup.bench.counts["optimizer_calls"] == 1, "a re-ask is no further optimization step"


async def test_an_answer_that_stays_unreadable_keeps_the_module_and_is_recorded(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(["nonsense"]))
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    assert await setup.lab.optimize(setup.lab.initial, evidence) == setup.lab.initial
    assert setup.bench.counts["unread_answers"] == 1
    assert "3 tries" in setup.book.events()[-1].facts["unread"]


async def test_or_stops_the_run_if_so_configured(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(["nonsense"]), on_failure="raise")
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    with pytest.raises(AnswerError, match="no readable answer in 3 tries"):
        await setup.lab.optimize(setup.lab.initial, evidence)


async def test_evidence_beyond_the_window_is_cut_and_the_step_says_so(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(window=450))
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    await setup.lab.optimize(setup.lab.initial, evidence)
    cut = setup.book.events()[-1].facts["cut"]
    assert cut["kept"] < cut["tokens"]
    assert cut["whole"] + cut["partial"] + cut["dropped"] == len(TASKS)
    assert setup.bench.counts["truncated_steps"] == 1
    assert len(setup.provider.prompts[-1]) // 4 < 450


async def test_training_truths_in_a_module_are_flagged(tmp_path: Path) -> None:
    setup = Setup(tmp_path, provider=Scripted(["<instruction>say truth number 2</instruction>"]))
    evidence = await setup.lab.explore(setup.lab.initial, TASKS)
    await setup.lab.optimize(setup.lab.initial, evidence)
    assert setup.book.events()[-1].leaks == ["t2"]
    assert setup.bench.counts["leaks"] == 1


async def test_merging_counts_apart_and_names_all_parents(setup: Setup) -> None:
    candidates = [
        Candidate(Modules.of_instruction(f"module {n}"), (task,), Performance({task.id: n}, {task.id: task.category}))
        for n, task in enumerate(TASKS[:2])
    ]
    merged = await setup.lab.merge(candidates)
    assert merged.instruction() == "next"
    assert (setup.bench.counts["merge_calls"], setup.bench.counts["optimizer_calls"]) == (1, 0)
    assert "1 of 1 (odd 1 of 1)" in setup.provider.prompts[-1]
    assert setup.book.events()[-1].parents == [candidate.modules.digest for candidate in candidates]


async def test_purposes_do_not_share_rollouts(tmp_path: Path) -> None:
    environment = Echo()
    setup = Setup(tmp_path, environment)
    await setup.lab.explore(setup.lab.initial, TASKS)
    calls = len(setup.provider.prompts)
    await setup.lab.backtest(setup.lab.initial, TASKS)
    assert len(setup.provider.prompts) == calls + len(TASKS)
    await setup.lab.backtest(setup.lab.initial, TASKS)
    assert len(setup.provider.prompts) == calls + len(TASKS), "the same rollouts for the same purpose are shared"


async def test_one_lab_does_one_thing_at_a_time(setup: Setup) -> None:
    with pytest.raises(RuntimeError, match=r"lab\.scope"):
        await gather(setup.lab.backtest(setup.lab.initial, TASKS) for _ in range(2))


async def test_scopes_work_at_the_same_time_and_keep_their_order_in_the_record(setup: Setup) -> None:
    scopes = [setup.lab.scope(f"s{n}") for n in range(3)]
    await gather(scope.backtest(setup.lab.initial, TASKS[n:]) for n, scope in enumerate(scopes))
    assert [event.scope for event in setup.book.events()] == ["s0", "s1", "s2"]
    setup.rows.finish()
    rows = [json.loads(line) for line in (setup.folder / "train.jsonl").read_text().splitlines()]
    assert [(row["scope"], row["task"]) for row in rows] == [(f"s{n}", task.id) for n in range(3) for task in TASKS[n:]]


async def test_validation_needs_tasks_held_out(setup: Setup) -> None:
    with pytest.raises(ConfigError, match="validation_size"):
        await setup.lab.validate(setup.lab.initial)


def test_generators_depend_on_seed_scope_and_name_alone(setup: Setup) -> None:
    draws = [
        lab.rng(name).integers(10**9)
        for lab, name in [
            (setup.lab, "a"),
            (setup.lab, "a"),
            (setup.lab, "b"),
            (setup.lab.scope("s"), "a"),
        ]
    ]
    assert draws[0] == draws[1]
    assert len(set(draws)) == 3
