"""The agent: it calls tools until it gives its final answer. Whatever a tool does, the agent reads it and continues."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from envs.gaia.answer import final_answer
from envs.gaia.sandbox import JSON
from envs.gaia.sandbox.wire import Malformed, decode
from envs.gaia.scorer import score
from harness.core.domain import Step, Task, Tool, Toolbox, Trajectory
from harness.core.environment import AgentModel
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message, ToolCall, ToolSchema

REMINDER = "Finish with one line: FINAL ANSWER: [your final answer]"
_LAST = f"No tool can be called any more. {REMINDER}"

_ERROR = "Error: "

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
"""Control characters, which a terminal would obey and some providers refuse."""

Call = Callable[[Tool, Mapping[str, JSON]], Awaitable[Any]]
"""Runs a tool of the toolbox on arguments."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one task may take.

    Attributes
    ----------
    steps
        Turns of the model.
    seconds
        Of all tool calls together.
    letters
        Of one observation; longer ones are cut.
    """

    steps: int = 30
    seconds: float = 300.0
    letters: int = 20_000


async def play(task: Task, toolbox: Toolbox, *, call: Call, agent: AgentModel, bounds: Bounds) -> Trajectory:
    """Let the agent work on a task, and score its final answer."""
    tools = {tool.name: tool for tool in toolbox.tools}
    schemas = [ToolSchema(tool.name, tool.description, tool.parameters) for tool in toolbox.tools]
    messages = [Message("system", prompt()), Message("user", task.query)]
    steps: list[Step] = []
    spent = 0.0
    answer: str | None = None
    ended = "steps"
    for turn in range(bounds.steps):
        last = turn + 1 == bounds.steps or spent > bounds.seconds
        if last and turn:
            messages.append(Message("user", _LAST))
        try:
            said = await agent.complete(messages, schemas)
        except AnswerError:  # the history no longer fits the model
            ended = "context"
            break
        answer = final_answer(said.text)
        if answer is not None and not said.tool_calls:
            ended = "answered"
            break
        messages.append(Message("assistant", said.text, said.tool_calls))
        if last:
            ended = "time" if spent > bounds.seconds else "steps"
            break
        if not said.tool_calls:
            steps.append(Step("", REMINDER, said.text.strip()))
            messages.append(Message("user", REMINDER))
        for number, asked in enumerate(said.tool_calls):
            seen, seconds = await _called(asked, tools, call=call, bounds=bounds)
            spent += seconds
            thought = _thought(said) if not number else ""
            known, failed = asked.name if asked.name in tools else "", seen.startswith(_ERROR)
            steps.append(Step(f"{asked.name}({asked.arguments})", seen, thought, known, failed))
            messages.append(Message("tool", seen, tool_call_id=asked.id))
    right = answer is not None and score(answer, task.truth)
    notes: dict[str, str | int | float] = {"steps": len(steps), "ended": ended}
    return Trajectory(task.id, tuple(steps), answer=answer or "", success=right, score=float(right), notes=notes)


def query(question: str, file: Path | None) -> str:
    """Return what the agent is asked."""
    return question if file is None else f"{question}\n\nAttached file: {file.name}"


async def _called(asked: ToolCall, tools: Mapping[str, Tool], *, call: Call, bounds: Bounds) -> tuple[str, float]:
    """Return what the agent reads after a call, and how long the tool took."""
    tool = tools.get(asked.name)
    if tool is None:
        return f"{_ERROR}there is no tool {asked.name}; there are {', '.join(tools) or 'none'}", 0.0
    try:
        arguments = decode((asked.arguments or "{}").encode("utf-8", "replace"))
    except Malformed as error:
        return f"{_ERROR}the arguments are not JSON: {error}", 0.0
    if not isinstance(arguments, dict):
        return f"{_ERROR}the arguments must be a JSON object", 0.0
    outcome = await call(tool, arguments)
    return observed(outcome, bounds.letters), float(outcome["seconds"])


def observed(outcome: Mapping[str, Any], letters: int) -> str:
    """Return what the agent reads of a call's outcome: the value or the error, and what was printed."""
    value = outcome["value"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    said = text if outcome["error"] is None else f"{_ERROR}{outcome['error']}"
    whole = f"{said}\nPrinted:\n{outcome['output']}" if outcome["output"] else said
    return _cut(whole.translate(_CONTROLS), letters)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[:letters]}\n[cut: the first {letters} of {len(text)} letters]"


def _thought(said: Answer) -> str:
    return said.text.strip()


@lru_cache(maxsize=1)
def prompt() -> str:
    """Return the system message."""
    return (Path(__file__).parent / "prompts" / "agent.j2").read_text("utf-8").strip()


__all__: Sequence[str] = ("Bounds", "play", "prompt", "query")
