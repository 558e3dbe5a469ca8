"""Faults of the infrastructure are not the agent's: such tasks are tried again, then the run is incomplete."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Instruction, Modules, Purpose, Step, Task, Trajectory, Usage
from harness.core.errors import ConfigError, IncompleteRun, InfrastructureError
from harness.core.messages import Answer, Message, ToolSchema
from harness.records.schema import RolloutRow
from harness.records.spool import TextSpool
from harness.records.texts import Texts
from harness.run.contract import check_trajectory, tasks_of
from harness.run.lab.rollouts import Rollouts
from harness.run.lab.rows import row_of
from harness.run.players.playing import Played, ThisProcess

MODULES = Modules({"instruction": Instruction("x")}, ("instruction",))
TASKS = [Task(id=str(n), query="", truth="", category="") for n in range(3)]


class Slow:
    """Hangs at task 1, as often as it is told."""

    def __init__(self, hangs: int, error: Exception | None = None) -> None:
        self.hangs = hangs
        self.error = error

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Trajectory:
        if task.id == "1" and self.hangs:
            self.hangs -= 1
            if self.error is not None:
                raise self.error
            await asyncio.Event().wait()
        return Trajectory(task_id=task.id, steps=(), answer="", score=1.0, success=True)


async def play(environment: Slow) -> tuple[list[str], list[str]]:
    rollouts = Rollouts(ThisProcess(environment, 0.02), limit=2)  # type: ignore[arg-type]
    postponed: list[str] = []

    async def one(_: int, task: Task) -> str:
        trajectory = (await rollouts.play(None, MODULES, task=task, purpose=Purpose.TEST, trial=0)).trajectory  # type: ignore[arg-type]
        return trajectory.task_id

    return await rollouts.all(TASKS, one, postponed=postponed.append), postponed


async def test_a_task_that_hangs_is_tried_again_when_the_others_have_ended():
    done, postponed = await play(Slow(1))
    assert done == ["0", "1", "2"]
    assert postponed == ["task 1 took longer than 0.02 s (timeouts.task)"]


async def test_a_task_that_hangs_for_ever_leaves_the_run_incomplete():
    with pytest.raises(IncompleteRun, match=r"1 of 3 tasks could not be played \(task 1 took longer"):
        await play(Slow(99))


async def test_an_environments_own_timeout_is_its_own_error():
    with pytest.raises(TimeoutError, match="mine"):
        await play(Slow(1, TimeoutError("mine")))


async def test_infrastructure_errors_are_never_scores():
    with pytest.raises(IncompleteRun):
        await play(Slow(99, InfrastructureError("down")))


class Odd:
    """Returns and lists what it is given."""

    def __init__(self, returned: Any = None, ids: tuple[Any, ...] = ()) -> None:
        self.returned = returned
        self.ids = ids

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Any:
        return self.returned

    def tasks(self, split: str) -> list[Task]:
        return [Task(id=id_, query="", truth="", category="") for id_ in self.ids]


@pytest.mark.parametrize(
    "score", [7, -0.1, float("nan"), float("inf"), "1", None, 10**400, pytest.param(10**5000, id="huge")]
)
async def test_a_score_outside_of_its_range_is_refused_in_a_line(score: Any) -> None:
    odd = Odd(Trajectory(task_id="0", steps=(), answer="", score=score, success=True))
    with pytest.raises(ConfigError, match=r"env: rollout\(\) of task '0' gave the score .* \[0, 1\]"):
        await play(odd)  # type: ignore[arg-type]


async def test_what_is_no_trajectory_is_refused() -> None:
    with pytest.raises(ConfigError, match="returned a tuple"):
        await play(Odd((1.0, "answer")))  # type: ignore[arg-type]


@pytest.mark.parametrize(("ids", "said"), [(("a", "b", "a"), "several tasks the id 'a'"), (("a", 1), "the id 1")])
def test_tasks_of_one_id_are_refused(ids: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        tasks_of(Odd(ids=ids), "test")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (Task("0", "", "", None), "task '0' the category None: categories are texts"),  # type: ignore[arg-type]
        (Task("0", "", "", "c" * 1001), "task '0' an id or a category of over 1,000 letters"),
        (Task("x" * 1001, "", "", "c"), "task 'x+' an id or a category of over 1,000 letters"),
    ],
    ids=["no text", "a long category", "a long id"],
)
def test_a_task_that_no_record_could_hold_is_refused_before_it_is_played(task: Task, said: str) -> None:
    class One:
        def tasks(self, _: str) -> list[Task]:
            return [task]

    with pytest.raises(ConfigError, match=rf"^env: tasks\('test'\) gives {said}"):
        tasks_of(One(), "test")  # type: ignore[arg-type]


def test_tasks_of_a_split_are_as_the_environment_lists_them() -> None:
    assert [task.id for task in tasks_of(Odd(ids=("b", "a")), "train")] == ["b", "a"]  # type: ignore[arg-type]


class Reusing:
    """Gives the same containers to all of its trajectories and calls."""

    def __init__(self) -> None:
        self.notes: dict[str, Any] = {}
        self.steps: list[Step] = []
        self.words: list[str] = []

    async def rollout(self, modules: Modules, task: Task, agent: Any) -> Trajectory:
        self.words.append(task.id)
        await agent.complete([Message("user", task.query)], [ToolSchema("say", "Say it.", {"enum": self.words})])
        if task.id != "0":
            self.notes |= {"task": task.id, "seen": self.words}
            self.steps.append(Step(task.id, ""))
        return Trajectory(task.id, self.steps, "", success=True, score=1.0, notes=self.notes)  # type: ignore[arg-type]


class Silent:
    """A door whose models say nothing."""

    async def ask(self, *_: object, **__: object) -> Answer:
        return Answer("", Usage())


async def test_a_row_is_of_the_rollout_as_it_ended_whatever_is_used_again_later(tmp_path: Path):
    players, texts, makers = ThisProcess(Reusing()), TextSpool(tmp_path / "texts.jsonl"), []  # type: ignore[arg-type]
    for task in TASKS:
        played = await players.play(Silent(), MODULES, task=task, purpose=Purpose.TEST, trial=0)  # type: ignore[arg-type]
        makers.append(
            row_of(Purpose.TEST, "", agent="trained", modules=MODULES, task=task, trial=0, played=played, texts=texts)
        )
    rows = [make() for make in makers]
    texts.finish()
    kept = Texts(tmp_path)
    assert [row.notes for row in rows] == [
        {},
        {"task": "1", "seen": ["0", "1"]},
        {"task": "2", "seen": ["0", "1", "2"]},
    ]
    assert [len(row.steps) for row in rows] == [0, 1, 2]
    offered = [json.loads(kept[row.texts.tools])[0][2]["enum"] for row in rows if row.texts and row.texts.tools]
    assert offered == [["0"], ["0", "1"], ["0", "1", "2"]]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"notes": {"why": None}}, "'notes.why': a note is a text"),
        ({"notes": {"loss": float("nan")}}, "'notes.loss': a note is a text, a finite number"),
        ({"notes": {"a\nb": None}}, r"'notes.a\\nb': a note"),
        ({"answer": 7}, "'answer': "),
        ({"steps": (Step(1, ""),)}, "'steps.0.action': "),  # type: ignore[arg-type]
    ],
    ids=["note", "nan", "name", "answer", "step"],
)
def test_what_cannot_be_recorded_is_said_in_a_line(fields: dict[str, Any], said: str):
    played = Played(replace(Trajectory("1", (), "", success=True, score=1.0), **fields), Usage())
    make = row_of(Purpose.TEST, "", agent="trained", modules=MODULES, task=TASKS[1], trial=0, played=played)
    with pytest.raises(ConfigError, match=rf"^env: what rollout\(\) returned of task '1' .*: {said}") as error:
        make()
    assert "\n" not in str(error.value)


def test_half_a_surrogate_pair_is_written_as_what_it_is_not():
    steps = (Step("\ud800 a", "\udfff"),)
    trajectory = Trajectory("1", steps, "\ud800 é", success=True, score=1.0, notes={"said": "\ud800"})
    played = Played(trajectory, Usage())
    make = row_of(Purpose.TEST, "", agent="trained", modules=MODULES, task=TASKS[1], trial=0, played=played)
    row = RolloutRow.model_validate_json(make().line())
    assert (row.answer, row.notes, row.steps[0].action) == ("? é", {"said": "?"}, "? a")


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"steps": ("look",)}, "steps that are not all Steps"), ({"notes": None}, "notes that are no mapping")],
    ids=["steps", "notes"],
)
def test_a_trajectory_of_another_form_is_refused(fields: dict[str, Any], said: str):
    with pytest.raises(ConfigError, match=said):
        check_trajectory(replace(Trajectory("1", (), "", success=True, score=1.0), **fields), TASKS[1])


@pytest.mark.parametrize(("evaluated", "most"), [(True, 6), (False, 2)])
async def test_tasks_begin_ahead_of_their_turn_only_where_an_evaluator_reads_them(evaluated: bool, most: int):
    begun = begun_at_once = 0
    rollouts = Rollouts(ThisProcess(Slow(0)), limit=2, evaluations=4)  # type: ignore[arg-type]

    async def one(number: int, task: Task) -> None:
        nonlocal begun, begun_at_once
        begun += 1
        begun_at_once = max(begun, begun_at_once)
        await rollouts.play(None, MODULES, task=task, purpose=Purpose.TEST, trial=0)  # type: ignore[arg-type]
        for _ in range(3):
            await asyncio.sleep(0)
        begun -= 1

    await rollouts.all(TASKS * 10, one, postponed=print, evaluated=evaluated)
    assert begun_at_once == most
