"""A script that plays a model: a YAML file of answers, or a Python function.

A file is a list of entries. The first entry answers whose role and texts fit the call::

    - role: agent                      # any of agent, evaluator, optimizer, merger; left out: any role
      when: "The word is: apple"       # a text, or a list of texts, that the conversation holds; left out: always
      answer: "Answer: APPLE"          # or a list: one answer a turn, the last one for all later turns
    - answer: "Answer: unknown"

An answer is a text, or a tool call: ``{tool: look_up, arguments: {word: apple}, text: "I look it up."}``.

A function is named ``module:function``. It gets the role and the messages and returns the text, or an `Answer`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from harness.core.domain import Role, Usage
from harness.core.errors import ConfigError, HarnessError
from harness.core.messages import Answer, Message, ToolCall
from harness.core.problems import first_problem

Function = Callable[[str, Sequence[Message]], "str | Answer"]


class Said(BaseModel):
    """One answer of a script: a text, and perhaps a tool call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    tool: str | None = None
    arguments: dict[str, Any] = Field(default_factory=dict)


class Entry(BaseModel):
    """An entry of a file: when it answers, and what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role | None = None
    when: tuple[str, ...] = ()
    answer: tuple[Said, ...] = Field(min_length=1)

    @field_validator("when", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("answer", mode="before")
    @classmethod
    def _answers(cls, value: Any) -> Any:
        each = value if isinstance(value, list) else [value]
        return tuple({"text": one} if isinstance(one, str) else one for one in each)

    def fits(self, role: str, conversation: str) -> bool:
        """Return whether this entry answers a conversation."""
        return self.role in (None, role) and all(text in conversation for text in self.when)

    def said(self, turn: int) -> Said:
        """Return the answer of a turn, counted from 0."""
        return self.answer[min(turn, len(self.answer) - 1)]


@dataclass(frozen=True)
class Script:
    """A script that is ready to answer.

    Attributes
    ----------
    digest
        Of the file, or of the function's module.
    """

    name: str
    digest: str
    function: Function

    def answer(self, role: str, messages: Sequence[Message]) -> Answer:
        """Return the answer to a conversation, without usage.

        Raises
        ------
        HarnessError
            If no entry fits, or the function fails.
        """
        try:
            said = self.function(role, messages)
        except HarnessError:
            raise
        except Exception as error:  # whatever the user's function runs into
            raise HarnessError(f"backbone.script={self.name} raised {type(error).__name__}: {error}") from error
        answer = Answer(said, Usage()) if isinstance(said, str) else said
        if not isinstance(answer, Answer):
            raise HarnessError(f"backbone.script={self.name} returned {type(said).__name__}, not a text or an Answer")
        return answer


def load(name: str) -> Script:
    """Return the script of a file, or of ``module:function``.

    Raises
    ------
    ConfigError
        If there is no such script or it cannot be read: one line.
    """
    module, colon, function = name.partition(":")
    if colon and function.isidentifier() and all(part.isidentifier() for part in module.split(".")):
        return _of_function(name, module, function=function)
    path = Path(name).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"backbone.script={name}: cannot read it ({error.strerror}); it is a YAML file or module:function"
        ) from None
    return Script(name, hashlib.sha256(data).hexdigest(), _by_entries(name, _entries(name, data)))


def _entries(name: str, data: bytes) -> list[Entry]:
    import yaml

    try:
        content = yaml.load(data, Loader=yaml.CSafeLoader)  # a file of the user's, read as plain data
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"backbone.script={name} is not YAML: {' '.join(str(error).split())}") from None
    try:
        return TypeAdapter(list[Entry]).validate_python(content)
    except ValidationError as error:
        raise ConfigError(f"{first_problem(error, f'backbone.script={name}')}; write a list of answers") from None


def _by_entries(name: str, entries: Sequence[Entry]) -> Function:
    def answer(role: str, messages: Sequence[Message]) -> Answer:
        conversation = "\n".join(message.content for message in messages)
        turn = sum(message.role == "assistant" for message in messages)
        found = next((entry for entry in entries if entry.fits(role, conversation)), None)
        if found is None:
            end = " ".join(conversation[-80:].split())
            raise HarnessError(
                f"backbone.script={name}: no entry answers the {role}'s prompt that ends in {end!r}; "
                "an entry with `answer` alone answers everything"
            )
        said = found.said(turn)
        if said.tool is None:
            return Answer(said.text, Usage())
        made = ToolCall(f"call_{turn}", said.tool, json.dumps(said.arguments))
        return Answer(said.text, Usage(), finish="tool_calls", tool_calls=(made,))

    return answer


def _of_function(name: str, module: str, *, function: str) -> Script:
    try:
        loaded = import_module(module)
    except Exception as error:  # whatever the user's module runs into when it is imported
        raise ConfigError(f"backbone.script={name}: cannot import {module} ({type(error).__name__}: {error})") from None
    found = getattr(loaded, function, None)
    if not callable(found) or loaded.__file__ is None:
        raise ConfigError(f"backbone.script={name}: {module} has no function {function}")
    return Script(name, hashlib.sha256(Path(loaded.__file__).read_bytes()).hexdigest(), found)
