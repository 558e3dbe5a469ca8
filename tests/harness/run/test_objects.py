"""`harness.run` takes objects: they count by the code of their classes and by their settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import harness
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import ConfigError
from harness.core.lab import Lab
from harness.core.messages import Message
from harness.run.config.class_source import of_class
from harness.run.config.objects import check_rebuilt, object_words


@dataclass
class Shout:
    """An environment with a setting."""

    words: int = 2

    def describe(self) -> Description:
        return Description("shout", "1", scorer_version="1", data_checksum="fixed", purpose="Repeat words.")

    def initial_modules(self) -> Modules:
        return Modules.of_instruction("Answer with the word.")

    def tasks(self, split: Split) -> Sequence[Task]:
        return [Task(f"{split}-{n}", f"word {n}", f"WORD {n}", "words") for n in range(self.words)]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        answer = await agent.complete([Message("user", f"{modules.instruction()}\n{task.query}")])
        return Trajectory(task.id, (), answer=answer.text, success=False, score=0.0)


@dataclass
class Append:
    """A method with settings."""

    suffix: str = "!"
    steps: int = 1

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        await lab.explore(lab.initial, tasks, evaluate=False)
        return Modules.of_instruction(lab.initial.instruction() + self.suffix)


class Careless:
    """Neither a dataclass nor one that keeps its arguments."""

    def __init__(self, secret: int = 1) -> None:
        self._hidden = secret

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        return lab.initial


@dataclass
class Odd:
    """Dataclasses with what settings cannot say."""

    table: object = field(default_factory=lambda: None)
    extra: int = field(default=0, init=False)


def test_an_object_is_a_run_like_any_other(tmp_path: Path) -> None:
    odd = "it's a {suffix}, [really]: $no = yes"
    run = harness.run(f"results_dir={tmp_path}", method=Append(suffix=odd), env=Shout(words=3))
    assert (run.env, run.method, run.record.status) == ("shout", "append", "finished")
    assert run.module_text == "Answer with the word." + odd
    assert len(run.test_tasks) == 3
    assert any(name.endswith("test_objects") for name in run.record.identity["sources"])
    again = harness.run(f"results_dir={tmp_path}", method=Append(suffix=odd), env=Shout(words=3))
    assert again.id == run.id
    other = harness.run(f"results_dir={tmp_path}", method=Append(suffix="?"), env=Shout(words=3))
    assert other.id != run.id
    frame = harness.load_runs(tmp_path).frames.runs.set_index("run_id")
    assert frame.loc[run.id, "method.suffix"] == odd
    assert frame.loc[run.id, "env.words"] == 3
    assert repr(run) == f"<Run {run.id}: append on shout, sim, seed 0: finished, 0.0 %>"
    assert repr(harness.load_runs(tmp_path)) == "<Runs: 2: append on shout>"


def test_only_what_is_not_the_default_is_said() -> None:
    assert object_words("method", Append()) == [f"method._target_={__name__}.Append"]
    assert object_words("method", Append(steps=3))[1:] == ["method.steps=3"]


def test_what_cannot_be_identified_is_refused_in_a_line() -> None:
    @dataclass
    class Local:
        steps: int = 1

    wrong = [(Append, "is a class"), (Local(), "top level"), (Careless(2), "keep the argument 'secret'")]
    wrong += [(Append(suffix="${no}"), "cannot be a setting"), (Odd(table=object()), "not a plain value")]
    for made, told in wrong:
        with pytest.raises(ConfigError, match=told) as caught:
            object_words("method", made)
        assert "\n" not in str(caught.value)
    changed = Odd()
    changed.extra = 5
    with pytest.raises(ConfigError, match="'extra' does not follow"):
        check_rebuilt("method", changed, rebuilt=Odd())


def test_a_class_without_a_file_counts_by_the_source_that_is_kept() -> None:
    import linecache

    digests = []
    for number, body in enumerate(("return 1", "return 2", "return 1")):
        name, code = f"<cell {number}>", f"class Cell:\n    def train(self):\n        {body}\n"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        space: dict[str, type] = {"__name__": "__cell__"}  # type: ignore[dict-item]
        exec(compile(code, name, "exec"), space)
        digests.append(of_class("method", space["Cell"]))
    assert digests[0] == digests[2] != digests[1]
    space = {"__name__": "__cell__"}  # type: ignore[dict-item]
    exec("class Cell:\n    def train(self):\n        return 1", space)
    with pytest.raises(ConfigError, match="source is not kept"):
        of_class("method", space["Cell"])
