"""The optimizer: reads the module and the evidence, writes the next module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.domain import Evidence, Instruction, Modules, Role, ToolUse
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.fitting import CountTokens, Fitted, truncate
from harness.run.roles.prompting import Prompts
from harness.run.roles.trials import LETTERS, MOST, ROUNDS
from harness.run.roles.typed import UnreadableAnswer, between

TAG = "instruction"
"""Around an instruction, in the answers of optimizer and merger."""

ANSWER_ROOM = 4096
"""Tokens of the window that are kept free for the answer."""


UNCHANGED = "unchanged"
"""In an instruction's place: the optimizer leaves the current one as it is."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the optimizer of a toolbox reads besides.

    Attributes
    ----------
    used
        How often each tool was called in the attempts.
    files
        A line for each file of a task on which tools may be tried; their numbers count from 1.
    """

    used: Mapping[str, ToolUse] = field(default_factory=dict)
    files: Sequence[str] = ()


BARE = Workbench()


def messages(
    prompts: Prompts,
    purpose: str,
    *,
    modules: Modules,
    name: str,
    evidence: Evidence,
    window: int,
    count: CountTokens,
    in_short: rendering.InShort | None = None,
) -> tuple[list[Message], Fitted]:
    """Write the optimizer's prompt for the module called `name`, truncated to a window in tokens."""
    free = room(prompts, purpose, modules=modules, name=name, window=window, count=count)
    fitted = truncate([rendering.experience(item, in_short=in_short) for item in evidence], free, count=count)
    return fill(prompts, purpose, modules=modules, name=name, experiences=fitted.text), fitted


def room(
    prompts: Prompts,
    purpose: str,
    *,
    modules: Modules,
    name: str,
    window: int,
    count: CountTokens,
    bench: Workbench = BARE,
) -> int:
    """Return how many tokens of experiences go into the optimizer's prompt."""
    frame = sum(
        count(message.content)
        for message in fill(prompts, purpose, modules=modules, name=name, experiences="", bench=bench)
    )
    return max(0, window - min(ANSWER_ROOM, window // 4) - frame)


def numbered(
    evidence: Evidence, beside: str, *, window: int, count: CountTokens, in_short: rendering.InShort | None = None
) -> Fitted:
    """Return experiences with their numbers, truncated to what a window in tokens leaves beside a text."""
    items = [rendering.experience(item, in_short=in_short, number=n) for n, item in enumerate(evidence, 1)]
    return truncate(items, max(0, window - min(ANSWER_ROOM, window // 4) - count(beside)), count=count)


def fill(
    prompts: Prompts, purpose: str, *, modules: Modules, name: str, experiences: str, bench: Workbench = BARE
) -> list[Message]:
    """Write the optimizer's prompt with these experiences."""
    return prompts.messages(
        Role.OPTIMIZER,
        modules[name].kind,
        purpose=purpose,
        **rendering.module(modules[name], bench.used),
        experiences=experiences,
        files=bench.files,
        tries=MOST,
        rounds=ROUNDS,
        letters=LETTERS,
    )


def read(text: str, current: Instruction | None = None) -> Instruction:
    """Read the next instruction out of the optimizer's (or the merger's) answer.

    Parameters
    ----------
    current
        What ``unchanged`` leaves as it is; a merger has no such instruction.
    """
    instruction = between(TAG, text)
    if not instruction:
        raise UnreadableAnswer("the instruction is empty")
    if instruction.strip(".\"'").lower() != UNCHANGED:
        return Instruction(instruction)
    if current is None:
        raise UnreadableAnswer("there is no one instruction that could stay unchanged")
    return current
