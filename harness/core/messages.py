"""What goes to a model and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.core.domain import Usage


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for: `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat.

    Attributes
    ----------
    tool_calls
        Of an assistant message: the calls that it asked for.
    tool_call_id
        Of a tool message: the call that it answers.
    thinking
        Of an assistant message with tool calls: see `Answer.thinking`.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    thinking: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as a model sees it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


SIMULATED = ("sim/", "scripted/")
"""How the ids of models begin that are no real ones."""

Form = Mapping[str, Any] | str
"""What an answer looks like: the JSON Schema of an object, or the tag around a text (``<tag>...</tag>``)."""


@dataclass(frozen=True, slots=True)
class Call:
    """What goes to a model.

    Attributes
    ----------
    form
        What the answer is to look like, where the provider is asked to see to it.
    seed
        For providers that sample by a seed; None where none is to be sent.
    """

    messages: Sequence[Message]
    tools: Sequence[ToolSchema] = ()
    form: Form | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered.

    Attributes
    ----------
    finish
        Why it stopped: ``stop``, ``length`` (out of tokens), ``tool_calls`` or ``filter`` (refused).
    usage
        Tokens, money and latency of this call as the provider reported them; the same if it came from the journal.
    snapshot
        The model that the provider says answered (``gpt-4o-2024-08-06``).
    thinking
        Of an answer that calls tools: the fields with its reasoning, which some providers want back with the turn as
        they came (``reasoning_content``). The lab sees to it.
    """

    text: str
    usage: Usage
    finish: Literal["stop", "length", "tool_calls", "filter"] = "stop"
    tool_calls: tuple[ToolCall, ...] = ()
    snapshot: str = ""
    thinking: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def simulated(self) -> bool:
        """Whether no real model answered, but the embedded one (perhaps through a server) or a script."""
        return self.snapshot.startswith(SIMULATED)
