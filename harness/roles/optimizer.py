"""The optimizer: reads the module and the evidence, writes the next module."""

from __future__ import annotations

from harness.domain import Evidence, Instruction, Modules, Role
from harness.llm.messages import Message
from harness.roles import rendering
from harness.roles.fitting import CountTokens, Fitted, truncate
from harness.roles.prompting import Prompts
from harness.roles.typed import UnreadableAnswer, between

ANSWER_ROOM = 4096
"""Tokens of the window that are kept free for the answer."""


def messages(
    prompts: Prompts, purpose: str, modules: Modules, name: str, evidence: Evidence, window: int, count: CountTokens
) -> tuple[list[Message], Fitted]:
    """Write the optimizer's prompt for the module called `name`, fitted to a window of so many tokens."""

    def fill(experiences: str) -> list[Message]:
        return prompts.messages(
            Role.OPTIMIZER,
            modules[name].kind,
            purpose=purpose,
            instruction=modules.instruction(name),
            experiences=experiences,
        )

    frame = sum(count(message.content) for message in fill(""))
    room = max(0, window - min(ANSWER_ROOM, window // 4) - frame)
    fitted = truncate([rendering.experience(item) for item in evidence], room, count)
    return fill(fitted.text), fitted


def read(text: str) -> Instruction:
    """Read the next instruction out of the optimizer's (or the merger's) answer."""
    instruction = between("instruction", text)
    if not instruction:
        raise UnreadableAnswer("the instruction is empty")
    return Instruction(instruction)
