"""Conversations of an agent with its model as the record keeps them.

A conversation is a text of ``texts.jsonl``: a JSON list of turns, each ``[speaker, parts, calls]``. Speakers are the
first letters of ``system``, ``user``, ``assistant`` and ``tool``. A part is ``=`` and a short text, or ``#`` and the
key of a longer one, so that a prompt's common beginning and a document are kept once. Calls are pairs of a tool's
name and a part, its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from harness.core.errors import HarnessError
from harness.core.messages import Answer, Message, ToolSchema
from harness.records.inside import MOST_LINE
from harness.records.spool import TextSpool
from harness.records.texts import Texts, storable

SHORT = 200
"""Letters of a text that stays in its place."""

Speaker = Literal["system", "user", "assistant", "tool"]
SPEAKERS: dict[str, Speaker] = {name[0]: name for name in get_args(Speaker)}

Part = Annotated[str, Field(pattern=r"^(=[\s\S]*|#[0-9a-f]{16})$")]
Written = tuple[Literal["s", "u", "a", "t"], list[Part], list[tuple[str, Part]]]
TURNS = TypeAdapter(list[Written])


class Turn(NamedTuple):
    """One message of a conversation; `calls` are names and arguments of the tools that it asks for."""

    speaker: Speaker
    text: str
    calls: tuple[tuple[str, str], ...] = ()


@dataclass
class Conversation:
    """What was said in a rollout with growing history: the messages of the last call, and its answer."""

    messages: Sequence[Message]
    tools: Sequence[ToolSchema] = ()
    answer: Answer | None = None

    def continued_by(self, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> bool:
        """Return whether a call with these messages and tools continues this conversation."""
        known = len(self.messages)
        return len(messages) > known and list(messages[:known]) == list(self.messages) and tools == self.tools

    def turns(self) -> Iterator[Turn]:
        """Yield the turns, the last answer included."""
        for message in self.messages:
            calls = tuple((call.name, call.arguments) for call in message.tool_calls)
            yield Turn(message.role, message.content, calls)
        if self.answer is not None:
            calls = tuple((call.name, call.arguments) for call in self.answer.tool_calls)
            yield Turn("assistant", self.answer.text, calls)


def write_conversation(texts: TextSpool, turns: Iterable[Turn], *, known: Sequence[str] = ()) -> str:
    """Keep a conversation; return its key.

    Parameters
    ----------
    known
        Texts that messages may hold, such as the task's question: each is then kept by itself.
    """
    known = [storable(text) for text in known if len(text) > SHORT]
    written: list[Written] = []
    for turn in turns:
        calls = [(name, _part(texts, storable(arguments))) for name, arguments in turn.calls]
        pieces = _pieces(storable(turn.text), known)
        written.append((turn.speaker[0], [_part(texts, piece) for piece in pieces], calls))  # type: ignore[arg-type]
    return texts.add(to_json(written).decode())  # names of tools have not been looked at


def read_conversation(texts: Texts, key: str) -> list[Turn]:
    """Return the conversation of a key.

    Raises
    ------
    HarnessError
        If it is missing or damaged, or longer than a line of a record may be.
    """
    try:
        written = TURNS.validate_json(texts[key], strict=True)
    except ValidationError:
        raise HarnessError(f"the text {key} is no conversation") from None
    left = MOST_LINE

    def whole(part: str) -> str:
        nonlocal left
        text = part[1:] if part.startswith("=") else texts[part[1:]]
        left -= len(text)
        if left < 0:
            raise HarnessError(f"the conversation {key} is longer than {MOST_LINE >> 20} Mi letters")
        return text

    return [
        Turn(SPEAKERS[speaker], "".join(map(whole, parts)), tuple((name, whole(part)) for name, part in calls))
        for speaker, parts, calls in written
    ]


def _part(texts: TextSpool, text: str) -> str:
    return f"={text}" if len(text) <= SHORT else f"#{texts.keep(text)}"


def _pieces(text: str, known: Sequence[str]) -> list[str]:
    """Return a text in pieces, so that the first of `known` that it holds is a piece of its own."""
    found = next((one for one in known if one in text), None)
    if found is None or not text:
        return [text]
    before, _, after = text.partition(found)
    return [piece for piece in (before, found, after) if piece]
