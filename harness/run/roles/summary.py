"""The evaluator's summary of an attempt that is too long for the optimizer."""

from __future__ import annotations

from harness.core.domain import Experience, Role
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.fitting import CountTokens, head
from harness.run.roles.prompting import Prompts
from harness.run.roles.typed import UnreadableAnswer

LEAST = 64
"""The least room for a summary, in tokens; a shorter one says nothing."""


def messages(
    prompts: Prompts, purpose: str, *, item: Experience, tokens: int, window: int, count: CountTokens
) -> list[Message]:
    """Ask for a summary of an attempt in `tokens` tokens; an attempt beyond the evaluator's own window is cut."""

    def fill(attempted: str) -> list[Message]:
        return prompts.messages(
            Role.EVALUATOR,
            "summary",
            purpose=purpose,
            task=item.task,
            outcome=rendering.outcome(item.trajectory),
            attempt=attempted,
            words=max(LEAST, tokens) * 2 // 3,
        )

    attempted = rendering.attempt(item.trajectory)
    frame = sum(count(message.content) for message in fill(""))
    size, free = count(attempted), window - max(LEAST, tokens) - frame
    return fill(attempted if size <= free else head(attempted, free, size=size))


def read(text: str) -> str:
    """Read a summary: any text."""
    if not text.strip():
        raise UnreadableAnswer("the summary is empty")
    return text.strip()
