"""Typed answers: an answer that cannot be read is asked for again, with the reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message

T = TypeVar("T")

Ask = Callable[[Sequence[Message], int], Awaitable[Answer]]
"""Asks a model: the messages and the attempt (0 for the first, counting re-asks)."""


class UnreadableAnswer(Exception):
    """An answer is not of the form that was asked for; the text says why, to the model."""

    def reply(self) -> str:
        """Return what the model is told."""
        return f"Your answer could not be read: {self}. Answer again, in the form asked for."


class RefusedAnswer(UnreadableAnswer):
    """An answer is of the form that was asked for, but not all of it can be taken; the text says why."""

    def reply(self) -> str:
        """Return what the model is told."""
        return f"Not all of your answer can be taken: {self}. Write the whole answer again, with that mended."


async def ask_typed(ask: Ask, messages: Sequence[Message], read: Callable[[str], T], tries: int) -> T:
    """Ask until `read` understands the answer.

    Parameters
    ----------
    read
        Turns the answer's text into the typed value, or raises `UnreadableAnswer`.
    tries
        How often to ask, the first time included.

    Raises
    ------
    AnswerError
        If no answer could be read.
    """

    async def at_once(text: str) -> T:
        return read(text)

    return await ask_until(ask, messages, at_once, tries)


async def ask_until(ask: Ask, messages: Sequence[Message], read: Callable[[str], Awaitable[T]], tries: int) -> T:
    """Do the same where reading takes more than the text: what an answer proposes is tried out."""
    conversation = list(messages)
    reason = ""
    for attempt in range(tries):
        answer = await ask(conversation, attempt)
        try:
            return await read(answer.text)
        except UnreadableAnswer as unreadable:
            reason = str(unreadable)
            conversation = [
                *messages,
                Message("assistant", answer.text),
                Message("user", unreadable.reply()),
            ]
    raise AnswerError(f"no readable answer in {tries} tries: {reason}")


def between(tag: str, text: str) -> str:
    """Return what stands in the last ``<tag>...</tag>`` of a text, stripped."""
    _, opened, rest = text.rpartition(f"<{tag}>")
    body, closed, _ = rest.partition(f"</{tag}>")
    if not opened or not closed:
        raise UnreadableAnswer(f"there is no text between <{tag}> and </{tag}>")
    return body.strip()
