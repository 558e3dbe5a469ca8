"""Trials of tools before they are handed in: bounded, and nothing of an answer that tries is carried out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.domain import Modules, Performance, Step, Task, Tool, Toolbox, ToolUse, Trajectory, Usage
from harness.core.messages import Answer, Message
from harness.run.roles import optimizer, rendering
from harness.run.roles.prompting import Prompts
from harness.run.roles.toolmaking import Made, write_toolbox
from harness.run.roles.trials import LETTERS, MOST, ROUNDS, Trials

NONE = {"type": "object", "properties": {}}
TASKS = [Task("t1", "q", "a", "k"), Task("t2", "q", "a", "k")]
BOX = Toolbox((Tool("a", "", parameters=NONE, source="def a():\n    return 1\n"),))
NEW = {"do": "add", "name": "b", "description": "", "parameters": NONE, "source": "def b():\n    return 2\n"}


class Maker:
    """Gives its answers in order, and keeps what it read."""

    def __init__(self, *answers: object) -> None:
        self._answers = [json.dumps(answer) for answer in answers]
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, messages: Sequence[Message], attempt: int) -> Answer:
        self.asked.append((messages[-1].content, attempt))
        return Answer(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0], Usage())


def trying(name: str, task: int = 1, **arguments: Any) -> dict[str, Any]:
    return {"do": "try", "name": name, "task": task, "arguments": arguments}


async def fine(_: Tool) -> str | None:
    return None


async def echo(tool: Tool, arguments: Mapping[str, Any], task: Task) -> str:
    return f"{tool.source.split()[-1]} on {task.id} with {dict(arguments)}"


async def make(maker: Maker, trials: Trials) -> Made:
    return await write_toolbox(maker, [Message("user", "change it")], toolbox=BOX, check=fine, tries=2, trials=trials)


async def test_what_is_tried_comes_back_and_nothing_is_carried_out_before_the_next_answer() -> None:
    trials = Trials(TASKS, echo)
    maker = Maker({"actions": [NEW, trying("b", 2, n=1), trying("a")]}, {"actions": [{"do": "finish"}]})
    made = await make(maker, trials)
    assert made.toolbox == BOX
    assert 'b({"n": 1}) on task 2:\n2 on t2 with' in maker.asked[1][0]
    assert "1 on t1 with {}" in maker.asked[1][0]
    assert trials.done == [{"tool": "b", "task": "t2"}, {"tool": "a", "task": "t1"}]
    assert [attempt for _, attempt in maker.asked] == [0, 2]


async def test_tries_are_bounded_in_calls_answers_and_letters() -> None:
    async def long(*_: object) -> str:
        return "x" * 3 * LETTERS

    trials = Trials(TASKS, long)
    maker = Maker({"actions": [NEW, *[trying("b")] * 4]})
    made = await make(maker, trials)
    assert len(maker.asked) == ROUNDS + 1
    assert len(trials.done) == MOST
    assert [tool.name for tool in made.toolbox.tools] == ["a", "b"], "the last answer's actions count, without tries"
    assert f"not run, since {MOST} tries were made" in maker.asked[2][0]
    assert max(len(read) for read, _ in maker.asked) < 5 * LETTERS


async def test_a_try_of_nothing_says_so_and_counts_for_nothing() -> None:
    trials = Trials(TASKS, echo)
    maker = Maker({"actions": [trying("gone"), trying("a", 3), trying("a", 0)]}, {"actions": [{"do": "finish"}]})
    await make(maker, trials)
    assert "there is no tool of this name" in maker.asked[1][0]
    assert maker.asked[1][0].count("lists no such task") == 2
    assert not trials.done


def test_the_prompt_offers_tries_only_where_files_are_listed() -> None:
    modules = Modules({"t": BOX}, ("t",))
    bench = optimizer.Workbench({"a": ToolUse(3, 1)}, ["1. a.zip: 12 bytes"])
    system, user = optimizer.fill(Prompts(), "p", modules=modules, name="t", experiences="", bench=bench)
    assert '"do": "try"' in system.content
    assert "<files>\n1. a.zip: 12 bytes\n</files>" in user.content
    assert '<tool name="a" calls="3" failed="1">' in user.content
    bare = optimizer.fill(Prompts(), "p", modules=modules, name="t", experiences="")
    assert '"do": "try"' not in bare[0].content
    assert "<files>" not in bare[1].content


def test_the_use_of_tools_is_counted_from_trajectories() -> None:
    steps = (Step("a({})", "1", tool="a"), Step("a({})", "Error: x", tool="a", failed=True), Step("", "go on"))
    performance = Performance.of(
        TASKS,
        [
            Trajectory("t1", steps, answer="", success=False, score=0.0),
            Trajectory("t2", (), answer="", success=True, score=1.0),
        ],
    )
    assert performance.tools == {"a": ToolUse(2, 1)}
    assert 'name="a"' in rendering.module(BOX, performance.tools)["toolbox"]
    other = Toolbox((Tool("c", "", parameters=NONE, source="def c(): pass"),))
    assert 'calls="0" failed="0"' in rendering.module(other, performance.tools)["toolbox"]
