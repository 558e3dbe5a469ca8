"""A crew plays as one process does; who is lost is replaced, and no effect is computed twice for the journal."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.core import clock
from harness.core.concurrency import gather
from harness.core.domain import Modules, Purpose, Role, Task, Trajectory, Usage
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import AnswerError, BudgetSpent, ConfigError, HarnessError, IncompleteRun, InfrastructureError
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.purse import LimitReached
from harness.llm.storage.journal import Journal
from harness.run.players.cluster import line
from harness.run.players.playing import Played, Players, ThisProcess
from tests.conftest import ROOT
from tests.harness.run.players.in_process import InProcess, Troupe

MODULES = Modules.of_instruction("Answer.")
TASKS = [Task(f"t{n}", f"question {n}", "truth", "a") for n in range(8)]


class Tales:
    """Asks, computes an effect that all tasks share and one of its own, and asks again."""

    def __init__(self, computing: Callable[[str], Any] = lambda _: None, turns: int = 2) -> None:
        self.computing = computing
        self.turns = turns
        self.computed: list[str] = []
        self.begun: list[str] = []

    def describe(self) -> Description:
        return Description("tales", "1", "1", "none", "The agent tells.")

    def initial_modules(self) -> Modules:
        return MODULES

    def tasks(self, split: Split) -> Sequence[Task]:
        return TASKS if split == "train" else []

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        self.begun.append(task.id)
        texts = []
        for turn in range(self.turns):
            answer = await agent.complete([Message("user", f"{task.query}, turn {turn}")])
            texts.append(answer.text)
            for name in ("shared", task.id):
                told = await agent.effect("tell", [name, turn], partial(self._tell, name))
                texts.append(str(told))
        return Trajectory(task.id, (), " ".join(texts), success=True, score=1.0)

    async def _tell(self, name: str) -> str:
        self.computed.append(name)
        await asyncio.sleep(0)
        made = self.computing(name)
        if asyncio.iscoroutine(made):
            await made
        return f"told {name}"


class Provider:
    """Answers at once; counts the calls."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.error = error

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        self.asked.append(call.messages[-1].content)
        if self.error is not None:
            raise self.error
        seconds = 0.1 + len(self.asked[-1]) / 7
        return Answer(f"A{len(self.asked[-1])}", Usage(1, 10, completion=3, seconds=seconds))

    async def close(self) -> None: ...

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return len(text)

    def context_window(self, spec: ModelSpec) -> int:
        return 10_000


class World:
    """A door on a journal and a provider."""

    def __init__(self, folder: Path, error: Exception | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.provider = Provider(error)
        self.journal = Journal.open(folder / "journal.jsonl")
        models = {role: ModelSpec(id=f"test/{role}") for role in Role}
        self.door = Door(models, self.journal, ledger=Ledger(), provider=self.provider, seed=0)

    async def play(self, players: Players, task: Task) -> Played:
        return await players.play(self.door, MODULES, task=task, purpose=Purpose.EXPLORE, trial=0)

    async def all(self, players: Players) -> tuple[list[Played], float]:
        strand = clock.restart()
        strand.now = 0.3
        played = await gather(self.play(players, task) for task in TASKS)
        await self.journal.close()
        return played, strand.now


async def test_a_crew_plays_what_one_process_plays(tmp_path: Path) -> None:
    alone, troupe = World(tmp_path / "alone"), Troupe(Tales)
    here, there = World(tmp_path / "here"), troupe.crew
    expected = await alone.all(ThisProcess(Tales()))
    assert await here.all(there) == expected
    assert sorted(here.provider.asked) == sorted(alone.provider.asked)
    assert set(here.journal.keys()) == set(alone.journal.keys())
    assert all(remote.handed_in for remote in troupe.hired), "one of the players played nothing"
    await there.close()


async def test_conversations_that_grow_at_the_same_time_reach_the_model_whole(tmp_path: Path) -> None:
    class Two(Tales):
        async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
            async def talk(name: str) -> None:
                messages = [Message("system", name), Message("user", task.query)]
                for turn in range(3):
                    tools = [ToolSchema(f"{name}{turn // 2}", "", {})]
                    answer = await agent.complete(messages, tools)
                    messages += [Message("assistant", answer.text), Message("user", f"{name} {turn}")]

            await gather([talk("one"), talk("other")])
            return Trajectory(task.id, (), "", success=True, score=1.0)

    alone, there, troupe = World(tmp_path / "alone"), World(tmp_path / "there"), Troupe(Two)
    assert await there.all(troupe.crew) == await alone.all(ThisProcess(Two()))
    assert set(there.journal.keys()) == set(alone.journal.keys())
    await troupe.crew.close()


async def test_what_an_environment_changes_in_place_reaches_the_model_as_it_is(tmp_path: Path) -> None:
    class Changing(Tales):
        async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
            properties: dict[str, Any] = {}
            thinking: dict[str, Any] = {}
            messages = [Message("user", task.query), Message("assistant", "", thinking=thinking)]
            tools = [ToolSchema("say", "", {"properties": properties})]
            for turn in range(2):
                await agent.complete(messages, tools)
                properties[f"p{turn}"] = {"type": "string"}
                await agent.complete(messages, tools)
                thinking[f"thought {turn}"] = "so"
            return Trajectory(task.id, (), "", success=True, score=1.0)

    alone, there, troupe = World(tmp_path / "alone"), World(tmp_path / "there"), Troupe(Changing)
    await alone.all(ThisProcess(Changing()))
    await there.all(troupe.crew)
    assert set(there.journal.keys()) == set(alone.journal.keys())
    assert len(there.provider.asked) == 4 * len(TASKS)
    await troupe.crew.close()


async def test_an_effect_is_computed_once_whoever_wants_it(tmp_path: Path) -> None:
    troupe = Troupe(Tales)
    await World(tmp_path).all(troupe.crew)
    computed = [name for remote in troupe.hired for name in remote.environment.computed]  # type: ignore[attr-defined]
    assert sorted(computed) == sorted(["shared", *(task.id for task in TASKS)] * 2)
    await troupe.crew.close()


async def test_the_tasks_of_a_lost_player_are_played_by_others_and_no_call_is_made_twice(tmp_path: Path) -> None:
    troupe: Troupe
    losses = iter([True])

    def lose(name: str) -> None:
        if name == "t5" and next(losses, False):
            next(remote for remote in troupe.hired if name in remote.environment.computed).lose()  # type: ignore[attr-defined]

    troupe = Troupe(lambda: Tales(lose))
    world = World(tmp_path / "lost")
    played, now = await world.all(troupe.crew)
    assert (played, now) == await World(tmp_path / "alone").all(ThisProcess(Tales()))
    assert len(world.provider.asked) == len(set(world.provider.asked)) == 2 * len(TASKS)
    assert len(troupe.hired) == 3
    await troupe.crew.close()


async def test_what_a_lost_player_was_computing_for_others_is_computed_by_one_of_them(tmp_path: Path) -> None:
    hanging = asyncio.Event()

    async def hang() -> None:
        hanging.set()
        await asyncio.Event().wait()

    first = iter([True])
    troupe = Troupe(lambda: Tales(lambda name: hang() if name == "shared" and next(first, False) else None))
    world = World(tmp_path)
    playing = asyncio.create_task(world.all(troupe.crew))
    await hanging.wait()
    lost = next(remote for remote in troupe.hired if "shared" in remote.environment.computed)  # type: ignore[attr-defined]
    lost.lose()
    played, _ = await asyncio.wait_for(playing, 5)
    assert len(played) == len(TASKS)
    begun = [task for remote in troupe.hired if remote is not lost for task in remote.environment.begun]  # type: ignore[attr-defined]
    assert sorted(begun) == [task.id for task in TASKS], "who waited for it was not played again"
    await troupe.crew.close()


async def test_a_task_that_takes_its_players_with_it_is_the_infrastructures_fault(tmp_path: Path) -> None:
    troupe: Troupe

    def lose(name: str) -> None:
        if name == "t2":
            next(r for r in reversed(troupe.hired) if name in r.environment.computed).lose()  # type: ignore[attr-defined]

    troupe = Troupe(lambda: Tales(lose), players=1)
    with pytest.raises(InfrastructureError, match="task t2: 3 players were lost while they played it"):
        await World(tmp_path).play(troupe.crew, TASKS[2])
    await troupe.crew.close()


async def test_of_the_tasks_that_share_lost_players_only_the_one_that_ends_them_fails(tmp_path: Path) -> None:
    troupe: Troupe

    def lose(name: str) -> None:
        if name == "t2":
            next(r for r in reversed(troupe.hired) if name in r.environment.computed).lose()  # type: ignore[attr-defined]

    troupe, world = Troupe(lambda: Tales(lose), players=1, window=8), World(tmp_path)
    ended = await asyncio.gather(*(world.play(troupe.crew, task) for task in TASKS), return_exceptions=True)
    failed = [task.id for task, end in zip(TASKS, ended, strict=True) if not isinstance(end, Played)]
    assert failed == ["t2"], ended
    await troupe.crew.close()


async def test_no_player_has_more_rollouts_than_its_window(tmp_path: Path) -> None:
    most = 0
    troupe: Troupe

    def count(_: str) -> None:
        nonlocal most
        most = max(most, *(len(remote.player._rollouts) for remote in troupe.hired))

    troupe, world = Troupe(lambda: Tales(count), window=3), World(tmp_path)
    await world.play(troupe.crew, TASKS[0])  # a player is there when the others come
    await world.all(troupe.crew)
    assert most == 3
    await troupe.crew.close()


async def test_where_no_player_can_be_had_the_run_stays_incomplete(tmp_path: Path) -> None:
    troupe = Troupe(Tales, wait=0.05)

    class Nowhere:
        async def begin(self, _: object) -> bytes:
            await asyncio.Event().wait()
            return b""

        async def close(self) -> None: ...

    troupe.crew._hire = Nowhere  # type: ignore[assignment]
    with pytest.raises(IncompleteRun, match=r"no player could be had within 0.05 s \(executor.wait\): nothing is free"):
        await World(tmp_path).play(troupe.crew, TASKS[0])
    await troupe.crew.close()


async def test_a_player_with_another_environment_is_refused(tmp_path: Path) -> None:
    class Other(Tales):
        def describe(self) -> Description:
            return Description("tales", "2", "1", "none", "The agent tells.")

    troupe = Troupe(Tales)
    troupe._environment = Other
    with pytest.raises(IncompleteRun, match="a player on here has another environment: its version is '2', here"):
        await World(tmp_path).play(troupe.crew, TASKS[0])
    await troupe.crew.close()


async def test_a_player_that_cannot_be_understood_ends_the_run(tmp_path: Path) -> None:
    troupe = Troupe(Tales)

    class Babbling(InProcess):
        async def take_out(self) -> list[bytes]:
            return [b"no message"]

    troupe.crew._hire = lambda: Babbling(Tales())
    with pytest.raises(HarnessError, match="what a player says cannot be read: UnpicklingError"):
        await World(tmp_path).play(troupe.crew, TASKS[0])
    await troupe.crew.close()


async def test_an_error_of_the_run_comes_back_as_it_was(tmp_path: Path) -> None:
    limit = LimitReached("budget.usd", 1.0, used="$1.0000")
    troupe = Troupe(Tales, players=1)
    with pytest.raises(BudgetSpent) as raised:
        await World(tmp_path, limit).play(troupe.crew, TASKS[0])
    assert raised.value is limit
    await troupe.crew.close()


async def test_an_environment_catches_errors_of_calls_by_their_class(tmp_path: Path) -> None:
    class Tolerant(Tales):
        async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
            try:
                return await super().rollout(modules, task, agent)
            except AnswerError as error:
                return Trajectory(task.id, (), f"{type(error).__name__}", success=False, score=0.0)

    troupe = Troupe(Tolerant, players=1)
    played = await World(tmp_path, AnswerError("too long")).play(troupe.crew, TASKS[0])
    assert played.trajectory.answer == "AnswerError"
    await troupe.crew.close()


async def test_an_error_of_the_environment_is_raised_with_the_place_in_the_player(tmp_path: Path) -> None:
    def fail(_: str) -> None:
        raise KeyError("no such tale")

    troupe = Troupe(lambda: Tales(fail), players=1)
    with pytest.raises(KeyError, match="no such tale") as raised:
        await World(tmp_path).play(troupe.crew, TASKS[0])
    assert any("in a player" in note and "test_crew.py" in note for note in raised.value.__notes__)
    await troupe.crew.close()


async def test_a_rollout_that_nobody_waits_for_is_stopped(tmp_path: Path) -> None:
    hanging = asyncio.Event()

    async def hang() -> None:
        hanging.set()
        await asyncio.Event().wait()

    troupe = Troupe(lambda: Tales(lambda _: hang()), players=1)
    playing = asyncio.create_task(World(tmp_path).play(troupe.crew, TASKS[0]))
    await hanging.wait()
    (task,) = troupe.hired[0].player._rollouts.values()
    playing.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.done()
    await troupe.crew.close()


class Lingering(Tales):
    """Its first task does not stop before it is let go."""

    def __init__(self, *, deaf: bool = False) -> None:
        super().__init__()
        self.deaf = deaf
        self.lingering = asyncio.Event()
        self.let_go = asyncio.Event()

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        if task is not TASKS[0]:
            return await super().rollout(modules, task, agent)
        while not self.let_go.is_set():
            self.lingering.set()
            with suppress(asyncio.CancelledError):
                await self.let_go.wait()
        raise asyncio.CancelledError


async def test_a_rollout_has_its_place_until_the_player_has_stopped_it(tmp_path: Path) -> None:
    environment = Lingering()
    troupe, world = Troupe(lambda: environment, players=1, window=1), World(tmp_path)
    first = asyncio.create_task(world.play(troupe.crew, TASKS[0]))
    await environment.lingering.wait()
    first.cancel()
    await asyncio.wait({first})
    second = asyncio.create_task(world.play(troupe.crew, TASKS[1]))
    await asyncio.wait({second}, timeout=0.05)
    begun = list(environment.begun)
    environment.let_go.set()
    assert begun == []
    assert (await asyncio.wait_for(second, 5)).trajectory.task_id == "t1"
    assert len(troupe.hired) == 1
    await troupe.crew.close()


async def test_a_rollout_that_was_stopped_before_it_began_leaves_its_place(tmp_path: Path) -> None:
    troupe, world = Troupe(Tales, players=1, window=1), World(tmp_path)
    await world.play(troupe.crew, TASKS[0])
    first = asyncio.create_task(world.play(troupe.crew, TASKS[1]))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait_for(world.play(troupe.crew, TASKS[2]), 5)
    assert len(troupe.hired) == 1
    await troupe.crew.close()


async def test_a_player_that_does_not_hear_that_it_is_to_stop_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "HEARING", 0.05)
    monkeypatch.setattr(line, "GRACE", 0.01)
    made: list[Lingering] = []

    def lingering() -> Lingering:
        made.append(Lingering(deaf=True))
        return made[-1]

    troupe, world = Troupe(lingering, players=1, window=8, timeout=0.2), World(tmp_path)
    ended = await asyncio.gather(*(world.play(troupe.crew, task) for task in TASKS), return_exceptions=True)
    for environment in made:
        environment.let_go.set()
    assert all(isinstance(end, Played) for end in ended[1:]), ended
    assert isinstance(ended[0], InfrastructureError)
    assert "took longer than 0.2 s (timeouts.task); it did not stop a rollout within 0.05 s" in str(ended[0])
    assert len(troupe.hired) >= 3
    await troupe.crew.close()


async def test_a_rollout_that_cleans_up_for_long_is_late_itself_and_its_player_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "HEARING", 0.2)
    environment = Lingering()
    troupe, world = Troupe(lambda: environment, players=1, window=8, timeout=0.1), World(tmp_path)
    with pytest.raises(InfrastructureError, match=r"^task t0 took longer than 0.1 s \(timeouts.task\)$"):
        await world.play(troupe.crew, TASKS[0])
    await asyncio.sleep(0.4)
    assert (await world.play(troupe.crew, TASKS[1])).trajectory.task_id == "t1"
    assert len(troupe.hired) == 1
    environment.let_go.set()
    await troupe.crew.close()


async def test_a_player_is_not_lost_because_the_run_was_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "HEARING", 0.05)
    troupe, world = Troupe(lambda: Tales(waits_at_first()), players=1), World(tmp_path)
    first = asyncio.create_task(world.play(troupe.crew, TASKS[0]))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.wait({first})
    time.sleep(0.2)  # noqa: ASYNC251 - nothing is read meanwhile
    assert (await world.play(troupe.crew, TASKS[1])).trajectory.task_id == "t1"
    assert len(troupe.hired) == 1
    await troupe.crew.close()


def waits_at_first() -> Callable[[str], Any]:
    return lambda name: asyncio.Event().wait() if name == "t0" else asyncio.sleep(0)


async def test_a_player_that_stops_what_takes_too_long_stays(tmp_path: Path) -> None:
    troupe = Troupe(lambda: Tales(lambda _: asyncio.Event().wait()), players=1, timeout=0.05)
    with pytest.raises(InfrastructureError, match=r"^task t0 took longer than 0.05 s \(timeouts.task\)$"):
        await World(tmp_path).play(troupe.crew, TASKS[0])
    assert len(troupe.hired) == 1
    await troupe.crew.close()


async def test_an_effect_that_leaves_the_process_is_an_error_of_its_class(tmp_path: Path) -> None:
    def leave(_: str) -> None:
        sys.exit(4)

    troupe = Troupe(lambda: Tales(leave), players=1)
    with pytest.raises(ConfigError, match=r"env: what effect 'tell' computes called sys.exit\(4\)"):
        await asyncio.wait_for(World(tmp_path).play(troupe.crew, TASKS[0]), 5)
    await troupe.crew.close()


async def test_an_error_without_a_text_ends_a_rollout(tmp_path: Path) -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    class Failing(Tales):
        async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
            raise Silent

    def fail(_: str) -> None:
        raise Silent

    for name, environment in (("rollout", Failing), ("effect", partial(Tales, fail))):
        troupe = Troupe(environment, players=1)
        with pytest.raises(Exception, match="Silent"):
            await asyncio.wait_for(World(tmp_path / name).play(troupe.crew, TASKS[0]), 5)
        await troupe.crew.close()


def test_a_run_of_one_process_does_not_import_ray() -> None:
    program = "import sys, harness.run.execute, harness.run.players.cluster.crew; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
