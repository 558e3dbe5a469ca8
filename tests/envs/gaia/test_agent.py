"""The agent's loop: tools are called, what they do is read, and every limit ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.gaia.agent import REMINDER, Bounds, play, query
from envs.gaia.sandbox import JSON
from envs.gaia.toolbox import PLAIN
from harness.core.domain import Task, Tool, Trajectory
from harness.core.errors import AnswerError

from .agents import Scripted, calling, saying

TASK = Task("t", "How many?", "42", "Level 1")


class Tools:
    """Gives one outcome for every call, and keeps the calls."""

    def __init__(self, value: JSON = "42", error: str | None = None, output: str = "", seconds: float = 0.1) -> None:
        self.outcome = {"value": value, "error": error, "output": output, "seconds": seconds}
        self.made: list[tuple[str, Mapping[str, JSON]]] = []

    async def __call__(self, tool: Tool, arguments: Mapping[str, JSON]) -> Any:
        self.made.append((tool.name, arguments))
        return self.outcome


async def played(agent: Scripted, tools: Tools | None = None, **bounds: Any) -> Trajectory:
    return await play(TASK, PLAIN, call=tools or Tools(), agent=agent, bounds=Bounds(**bounds))


async def test_a_call_is_made_read_and_answered_from() -> None:
    agent, tools = Scripted([calling("calculator", {"expression": "6*7"}), saying("So.\nFINAL ANSWER: 42")]), Tools()
    trajectory = await played(agent, tools)
    assert trajectory.success
    assert trajectory.answer == "42"
    assert tools.made == [("calculator", {"expression": "6*7"})]
    step = trajectory.steps[0]
    assert (step.action, step.observation) == ('calculator({"expression": "6*7"})', "42")
    assert agent.shown[1][-1].role == "tool"
    assert agent.shown[1][-1].content == "42"
    assert [schema.name for schema in agent.tools[0]] == [tool.name for tool in PLAIN.tools]


async def test_errors_are_observations() -> None:
    answers = [
        calling("calculator", "{"),
        calling("calculator", "[1]"),
        calling("no_tool", {}),
        calling("calculator", {}),
        saying("FINAL ANSWER: 1"),
    ]
    trajectory = await played(Scripted(answers), Tools(None, "it broke"))
    seen = [step.observation for step in trajectory.steps]
    assert "not JSON" in seen[0]
    assert "JSON object" in seen[1]
    assert "there is no tool no_tool" in seen[2]
    assert seen[3] == "Error: it broke"
    assert not trajectory.success
    assert trajectory.notes["ended"] == "answered"


async def test_what_a_tool_prints_is_read_and_long_results_are_cut() -> None:
    agent = Scripted([calling("calculator", {}), saying("FINAL ANSWER: 42")])
    trajectory = await played(agent, Tools("x" * 500, output="printed"), letters=100)
    assert trajectory.steps[0].observation == "x" * 100 + "\n[cut: the first 100 of 517 letters]"


async def test_steps_end_it_after_a_last_word() -> None:
    agent = Scripted([calling("calculator", {})])
    trajectory = await played(agent, steps=4)
    assert len(trajectory.steps) == 3
    assert trajectory.notes["ended"] == "steps"
    assert "No tool can be called any more" in agent.shown[-1][-1].content


async def test_time_ends_it_and_the_last_word_still_counts() -> None:
    agent = Scripted([calling("calculator", {}), calling("calculator", {}), saying("FINAL ANSWER: 42")])
    trajectory = await played(agent, Tools(seconds=6.0), seconds=10.0)
    assert len(trajectory.steps) == 2
    assert trajectory.success
    agent = Scripted([calling("calculator", {})])
    assert (await played(agent, Tools(seconds=60.0), seconds=10.0)).notes["ended"] == "time"


async def test_an_answer_without_the_mark_is_asked_for_again() -> None:
    agent = Scripted([saying("It is 42."), saying("FINAL ANSWER: 42")])
    assert (await played(agent)).success
    assert agent.shown[1][-1].content == REMINDER


async def test_a_history_that_no_longer_fits_ends_it() -> None:
    class Full(Scripted):
        async def complete(self, messages: Any, tools: Any = ()) -> Any:
            raise AnswerError("it does not fit")

    assert (await played(Full([saying("")]))).notes["ended"] == "context"


def test_the_attachment_is_named_and_nothing_else_of_it() -> None:
    from pathlib import Path

    assert query("Why?", Path("/secret/place/a.csv")) == "Why?\n\nAttached file: a.csv"
    assert query("Why?", None) == "Why?"
