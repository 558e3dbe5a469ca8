"""Toolboxes: typed actions are checked and errors go back; merging goes by behaviour and by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Modules,
    Performance,
    Task,
    Tool,
    Toolbox,
    Trajectory,
    Usage,
)
from harness.core.environment import Agreement
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message
from harness.run.roles import evaluator, optimizer, toolmerging
from harness.run.roles.actions import read_actions
from harness.run.roles.prompting import Prompts
from harness.run.roles.toolmaking import Made, write_toolbox
from harness.run.roles.toolmerging import distinct, group, merge_toolboxes, renamed
from harness.run.roles.typed import UnreadableAnswer

NO_PARAMETERS = {"type": "object", "properties": {}}
PROMPT = [Message("user", "change it")]


def tool(name: str, body: str = "1") -> Tool:
    return Tool(name, f"Does {name}.", parameters=NO_PARAMETERS, source=f"def {name}():\n    return {body}\n")


def written(one: Tool, do: str = "add") -> dict[str, Any]:
    return {
        "do": do,
        "name": one.name,
        "description": one.description,
        "parameters": dict(one.parameters),
        "source": one.source,
    }


class Model:
    """Gives its answers in order, and keeps what it was asked."""

    def __init__(self, *answers: object) -> None:
        self._answers = [a if isinstance(a, str) else json.dumps(a) for a in answers]
        self.asked: list[Sequence[Message]] = []

    async def __call__(self, messages: Sequence[Message], attempt: int) -> Answer:
        self.asked.append(messages)
        return Answer(self._answers[min(attempt, len(self._answers) - 1)], Usage(calls=1))


async def fine(_: Tool) -> str | None:
    return None


async def no_threes(one: Tool) -> str | None:
    return "it must not return 3" if "return 3" in one.source else None


BOX = Toolbox((tool("a"), tool("b")))


async def make(model: Model, tries: int = 3) -> Made:
    return await write_toolbox(model, PROMPT, toolbox=BOX, check=no_threes, tries=tries)


async def test_actions_are_carried_out_in_order() -> None:
    actions = [
        written(tool("c")),
        {"do": "revise", "name": "a", "source": "def a():\n    return 2\n"},
        {"do": "remove", "name": "b"},
        {"do": "finish"},
        written(tool("d")),
    ]
    made = await make(Model("I add one. " + json.dumps({"actions": actions})))
    assert [t.name for t in made.toolbox.tools] == ["a", "c"]
    assert made.toolbox.tools[0].source.endswith("return 2\n")
    assert made.toolbox.tools[0].description == "Does a."
    assert (await make(Model({"actions": [{"do": "finish"}]}))).toolbox == BOX


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (written(tool("a")), "there is a tool of this name already"),
        ({"do": "revise", "name": "x"}, "no such tool to revise; there are a, b"),
        ({"do": "remove", "name": "x"}, "no such tool to remove"),
        (written(Tool("c", "", parameters=NO_PARAMETERS, source="def c(:")), "does not parse"),
        (written(Tool("c", "", parameters=NO_PARAMETERS, source="def d(): pass")), "defines no function 'c'"),
        (written(tool("c", "3")), "it must not return 3"),
    ],
)
async def test_what_is_refused_goes_back_with_the_reason(action: dict[str, Any], says: str) -> None:
    model = Model({"actions": [action]}, {"actions": [written(tool("c", "4"))]})
    made = await make(model)
    assert made.toolbox.tools[-1] == tool("c", "4")
    assert not made.refused
    assert says in model.asked[1][-1].content
    assert model.asked[1][-2].role == "assistant"


async def test_after_the_last_try_what_can_be_done_is_done() -> None:
    model = Model({"actions": [written(tool("c")), written(tool("d", "3"))]})
    made = await make(model)
    assert len(model.asked) == 3
    assert [t.name for t in made.toolbox.tools] == ["a", "b", "c"]
    assert [(refusal.name, refusal.reason) for refusal in made.refused] == [("d", "it must not return 3")]


async def test_what_is_no_answer_is_asked_for_again_and_then_fails() -> None:
    for text in ("none", "{]}", {"actions": [{"do": "explode"}]}, {"actions": [{"do": "add", "name": "x"}]}, {}):
        with pytest.raises(UnreadableAnswer):
            read_actions(text if isinstance(text, str) else json.dumps(text))
    with pytest.raises(AnswerError, match="no readable answer in 2 tries"):
        await make(Model("none"), tries=2)


def candidate(share: float, *tools: Tool) -> Candidate:
    tasks = tuple(Task(f"t{n}", "q", "a", "k") for n in range(10))
    scores = {task.id: float(n < share * 10) for n, task in enumerate(tasks)}
    modules = Modules({"tools": Toolbox(tools)}, ("tools",))
    return Candidate(modules, tasks, Performance(scores, {task.id: "k" for task in tasks}))


async def same_body(one: Tool, other: Tool) -> Agreement:
    return Agreement(2 * (one.source.partition("return")[2] == other.source.partition("return")[2]), 2)


async def merge(model: Model, *candidates: Candidate) -> Made:
    groups = await group(distinct(toolmerging.toolboxes(candidates, "tools")), same_body)
    return await merge_toolboxes(model, PROMPT, candidates=candidates, name="tools", groups=groups, check=fine, tries=2)


async def test_of_tools_that_behave_alike_the_better_performers_is_kept() -> None:
    chosen = [{"from": 1, "name": "read"}, {"from": 2, "name": "load"}, {"from": 2, "name": "other"}]
    pair = candidate(0.3, tool("read", "7")), candidate(0.8, tool("load", "7"), tool("other", "8"))
    made = await merge(Model({"tools": chosen}), *pair)
    assert [t.name for t in made.toolbox.tools] == ["load", "other"]


async def test_of_a_name_that_two_have_the_better_performer_keeps_it() -> None:
    chosen = [{"from": 1, "name": "read"}, {"from": 2, "name": "read"}]
    made = await merge(Model({"tools": chosen}), candidate(0.3, tool("read", "7")), candidate(0.8, tool("read", "8")))
    assert [(t.name, t.source) for t in made.toolbox.tools] == [
        ("read_2", "def read_2():\n    return 7\n"),
        ("read", "def read():\n    return 8\n"),
    ]


async def test_what_no_candidate_changed_stays_unless_another_takes_its_place() -> None:
    pair = candidate(0.3, tool("a"), tool("b", "2")), candidate(0.8, tool("a"), tool("c", "3"))
    made = await merge(Model({"tools": [{"from": 1, "name": "b"}]}), *pair)
    assert made.toolbox == Toolbox((tool("a"), tool("b", "2")))
    chosen = [{"name": "a", "parameters": {"type": "object", "properties": {}}, "source": "def a():\n    return 9\n"}]
    made = await merge(Model({"tools": chosen}), *pair)
    assert [(one.name, "9" in one.source) for one in made.toolbox.tools] == [("a", True)]


async def test_the_merger_may_rename_write_and_leave_out() -> None:
    chosen = [
        {"from": 1, "name": "read", "as": "read_old"},
        {k: v for k, v in written(tool("new", "9")).items() if k != "do"},
    ]
    made = await merge(Model({"tools": chosen}), candidate(0.3, tool("read", "7")), candidate(0.8, tool("gone", "8")))
    assert [t.name for t in made.toolbox.tools] == ["read_old", "new"]


async def test_what_the_merger_names_wrongly_goes_back() -> None:
    model = Model(
        {"tools": [{"from": 3, "name": "x"}, {"from": 1, "name": "y"}]}, {"tools": [{"from": 1, "name": "a"}]}
    )
    made = await merge(model, candidate(0.3, tool("a")), candidate(0.5, tool("b", "2")))
    assert "there is no candidate 3" in model.asked[1][-1].content
    assert "candidate 1 has no such tool" in model.asked[1][-1].content
    assert made.toolbox == Toolbox((tool("a"),))


def test_a_tool_is_renamed_in_its_source_and_nowhere_else() -> None:
    source = "def read(n):\n    file.read()\n    'read'\n    return read(n - 1) if n else 0  # read\n"
    new = renamed(Tool("read", "d", parameters={}, source=source), "load")
    assert new.source == "def load(n):\n    file.read()\n    'read'\n    return load(n - 1) if n else 0  # read\n"


async def test_prompts_show_tools_whole_once_and_name_what_behaves_alike() -> None:
    candidates = [candidate(0.3, tool("a"), tool("read", "7")), candidate(0.8, tool("a"), tool("load", "7"))]
    groups = await group(distinct(toolmerging.toolboxes(candidates, "tools")), same_body)
    user = toolmerging.messages(Prompts(), "p", candidates=candidates, name="tools", groups=groups)[1].content
    assert user.count("def a()") == 1
    assert '<tool name="a" same_as="candidate 1: a"/>' in user
    assert "<same_behaviour>\ncandidate 1: read, candidate 2: load: on 2 of 2 inputs\n</same_behaviour>" in user
    assert 'performance="3 of 10 (k 3 of 10)" measured_on="the same 10 tasks as' in user


def test_evaluator_and_optimizer_read_the_toolbox() -> None:
    modules = candidate(0.5, tool("a")).modules
    task, trajectory = Task("t", "why?", "truth", "k"), Trajectory("t", (), answer="no", success=False, score=0.0)
    prompts = Prompts()
    for message in (
        evaluator.messages(prompts, "p", modules=modules, task=task, trajectory=trajectory)[1],
        optimizer.messages(
            prompts,
            "p",
            modules=modules,
            name="tools",
            evidence=Evidence((Experience(task, trajectory, Evaluation("incorrect", "", pattern="", advice="more")),)),
            window=10_000,
            count=len,
        )[0][1],
    ):
        assert "<toolbox>" in message.content
        assert "def a()" in message.content
        assert "why?" in message.content
