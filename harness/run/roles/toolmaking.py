"""From an optimizer's answer to the next toolbox: every action is checked, and what is refused goes back with why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from harness.core.domain import Tool, Toolbox
from harness.core.errors import AnswerError
from harness.core.messages import Message
from harness.run.roles.actions import (
    Add,
    Finish,
    Refusal,
    Remove,
    Revise,
    problem_as_written,
    proposed,
    read_actions,
    told,
    with_tool,
    without_tool,
)
from harness.run.roles.typed import Ask, RefusedAnswer, ask_until

Check = Callable[[Tool], Awaitable[str | None]]
"""Says what is wrong with a proposed tool, or None."""


@dataclass(frozen=True, slots=True)
class Made:
    """A toolbox, and what of the answer is not in it."""

    toolbox: Toolbox
    refused: tuple[Refusal, ...] = ()


async def write_toolbox(ask: Ask, messages: Sequence[Message], toolbox: Toolbox, check: Check, tries: int) -> Made:
    """Ask for actions until all of them can be carried out; after the last try those that can be are.

    Raises
    ------
    AnswerError
        If no answer could be read at all.
    """

    async def read(text: str) -> Made:
        return await carried_out(toolbox, read_actions(text), check)

    return await ask_for_made(ask, messages, read, tries)


async def ask_for_made(
    ask: Ask, messages: Sequence[Message], read: Callable[[str], Awaitable[Made]], tries: int
) -> Made:
    """Ask until nothing is refused; after the last try take what is left of the last answer that could be read."""
    last: Made | None = None

    async def strict(text: str) -> Made:
        nonlocal last
        last = await read(text)
        if last.refused:
            raise RefusedAnswer(told(last.refused))
        return last

    try:
        return await ask_until(ask, messages, strict, tries)
    except AnswerError:
        if last is None:
            raise
        return last


async def carried_out(toolbox: Toolbox, actions: Sequence[Add | Revise | Remove | Finish], check: Check) -> Made:
    """Carry the actions out one after another; one that cannot be is left out."""
    refused: list[Refusal] = []
    for action in actions:
        if isinstance(action, Finish):
            break
        if isinstance(action, Remove):
            changed = without_tool(toolbox, action.name)
        else:
            tool = await approved(proposed(toolbox, action), check)
            changed = tool if isinstance(tool, Refusal) else with_tool(toolbox, tool)
        if isinstance(changed, Refusal):
            refused.append(changed)
        else:
            toolbox = changed
    return Made(toolbox, tuple(refused))


async def approved(tool: Tool | Refusal, check: Check) -> Tool | Refusal:
    """Return the tool, or why it is refused."""
    if isinstance(tool, Refusal):
        return tool
    problem = problem_as_written(tool) or await check(tool)
    return tool if problem is None else Refusal(tool.name, problem)
