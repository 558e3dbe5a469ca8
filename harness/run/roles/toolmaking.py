"""From an optimizer's answer to the next toolbox: every action is checked, and what is refused goes back with why.

An answer that tries tools changes nothing: it comes back with what the tools returned, for the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from harness.core.domain import Tool, Toolbox
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message
from harness.run.roles.actions import (
    Action,
    Finish,
    Refusal,
    Remove,
    SetLibrary,
    Try,
    problem_as_written,
    proposed,
    read_actions,
    told,
    with_tool,
    without_tool,
)
from harness.run.roles.libraries import needed, problem_of_library, whole
from harness.run.roles.trials import ROUNDS, Trials
from harness.run.roles.typed import Ask, RefusedAnswer, ask_until

Check = Callable[[Tool], Awaitable[str | None]]
"""Says what is wrong with a proposed tool, or None."""


@dataclass(frozen=True, slots=True)
class Made:
    """A toolbox, and what of the answer is not in it."""

    toolbox: Toolbox
    refused: tuple[Refusal, ...] = ()


async def write_toolbox(
    ask: Ask, messages: Sequence[Message], *, toolbox: Toolbox, check: Check, tries: int, trials: Trials | None = None
) -> Made:
    """Ask for actions until all of them can be carried out; after the last try those that can be are.

    Parameters
    ----------
    trials
        Runs tools that the answer tries; without it such actions are left out.

    Raises
    ------
    AnswerError
        If no answer could be read at all.
    """
    conversation = list(messages)
    for turn in range(ROUNDS + 1):
        said: list[str] = []

        async def heard(asked: Sequence[Message], attempt: int, first: int = turn * tries) -> Answer:
            return await ask(asked, first + attempt)

        async def read(text: str, said: list[str] = said, open_: bool = turn < ROUNDS) -> Made:
            actions = read_actions(text)
            if open_ and trials is not None and any(isinstance(action, Try) for action in actions):
                said[:] = [text, await _tried(toolbox, actions, trials=trials)]
                return Made(toolbox)
            return await carried_out(toolbox, actions, check=check)

        made = await ask_for_made(heard, conversation, read=read, tries=tries)
        if not said:
            break
        conversation += [Message("assistant", said[0]), Message("user", said[1])]
    return made


async def _tried(toolbox: Toolbox, actions: Sequence[Action], *, trials: Trials) -> str:
    """Carry the actions out as they are written, without a check, and run what they try; return what came of it."""
    results = []
    for action in actions:
        if isinstance(action, Try):
            tool = next((one for one in toolbox.tools if one.name == action.name), None)
            results.append(await trials.run(action, None if tool is None else whole(tool, toolbox.library)))
        else:
            changed = await _changed(toolbox, action, check=_unchecked)
            toolbox = toolbox if isinstance(changed, Refusal) else changed
    return trials.reply(results)


async def _unchecked(_: Tool) -> str | None:
    return None


async def ask_for_made(
    ask: Ask, messages: Sequence[Message], *, read: Callable[[str], Awaitable[Made]], tries: int
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
        return await ask_until(ask, messages, read=strict, tries=tries)
    except AnswerError:
        if last is None:
            raise
        return last


async def carried_out(toolbox: Toolbox, actions: Sequence[Action], *, check: Check) -> Made:
    """Carry the actions out one after another; one that cannot be is left out, and so is what is only tried."""
    refused: list[Refusal] = []
    checked = dict.fromkeys((tool.name for tool in toolbox.tools), toolbox.library)
    for action in actions:
        if isinstance(action, Finish):
            break
        changed = await _changed(toolbox, action, check=check)
        if isinstance(changed, Refusal):
            refused.append(changed)
            continue
        toolbox = changed
        if not isinstance(action, SetLibrary | Try):
            checked[action.name] = toolbox.library
    for tool in toolbox.tools:
        before = checked[tool.name]
        if needed(tool, before) == needed(tool, toolbox.library):
            continue
        problem = await check(whole(tool, toolbox.library))
        if problem is not None:  # it keeps what it had
            refused.append(Refusal("library", f"{tool.name} no longer works with it: {problem}"))
            toolbox = with_tool(toolbox, whole(tool, before))
    return Made(toolbox, tuple(refused))


async def _changed(toolbox: Toolbox, action: Action, *, check: Check) -> Toolbox | Refusal:
    if isinstance(action, Finish | Try):
        return toolbox
    if isinstance(action, Remove):
        return without_tool(toolbox, action.name)
    if isinstance(action, SetLibrary):
        problem = problem_of_library(action.source)
        library = f"{action.source.strip()}\n" if action.source.strip() else ""
        return replace(toolbox, library=library) if problem is None else Refusal("library", problem)
    tool = await approved(proposed(toolbox, action), check, library=toolbox.library)
    return tool if isinstance(tool, Refusal) else with_tool(toolbox, tool)


async def approved(tool: Tool | Refusal, check: Check, *, library: str = "") -> Tool | Refusal:
    """Return the tool, or why it is refused with this library before it."""
    if isinstance(tool, Refusal):
        return tool
    problem = problem_as_written(tool) or await check(whole(tool, library))
    return tool if problem is None else Refusal(tool.name, problem)
