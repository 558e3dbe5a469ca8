"""Typed answers: an answer that cannot be read is asked for again, with the reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from harness.core.answer_text import after_thoughts
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message
from harness.core.model_json import UnreadableAnswer, find_object
from harness.core.problems import first_problem

__all__ = ["Ask", "RefusedAnswer", "UnreadableAnswer", "ask_typed", "ask_until", "between", "object_of"]

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

Ask = Callable[[Sequence[Message], int], Awaitable[Answer]]
"""Asks a model: the messages and the attempt (0 for the first, counting re-asks)."""


class RefusedAnswer(UnreadableAnswer):
    """An answer is of the form that was asked for, but not all of it can be taken; the text says why."""

    def reply(self) -> str:
        """Return the message that asks the model for the whole answer again."""
        return f"Not all of your answer can be taken: {self}. Write the whole answer again, with that mended."


async def ask_typed(ask: Ask, messages: Sequence[Message], *, read: Callable[[str], T], tries: int) -> T:
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

    return await ask_until(ask, messages, read=at_once, tries=tries)


async def ask_until(ask: Ask, messages: Sequence[Message], *, read: Callable[[str], Awaitable[T]], tries: int) -> T:
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


def object_of(model: type[M], text: str) -> M:
    """Read a JSON object of a form, wherever it stands in the answer.

    Raises
    ------
    UnreadableAnswer
        If there is none, it is beyond the bounds of `harness.core.model_json`, or of another form.
    """
    found = find_object(text)
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise UnreadableAnswer(first_problem(error)) from None


def between(tag: str, text: str) -> str:
    """Return what stands in the last ``<tag>...</tag>`` of an answer, stripped."""
    _, opened, rest = after_thoughts(text).rpartition(f"<{tag}>")
    body, closed, _ = rest.partition(f"</{tag}>")
    if not opened or not closed:
        raise UnreadableAnswer(f"there is no text between <{tag}> and </{tag}>")
    return body.strip()
