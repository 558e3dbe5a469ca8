"""One conversation of an agent with tools: what it may call, and what it has called already."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...attention import Mind, key_of, recall
from ...reading import Chat
from ...tokens import count_tokens
from ...tool_talk import TOGETHER, read_blocks
from .abilities import able

_TOOL = re.compile(r"^- ([A-Za-z_]\w*): (.*?) Arguments \(JSON Schema\): (\{.*\})$", re.MULTILINE)
_RESULT = re.compile(r"^Result of (\w+|the tool):\n")
OVER = "No tool can be called any more"


@dataclass(frozen=True, slots=True)
class Seen:
    """A tool as the agent sees it."""

    name: str
    able: str | None
    parameters: tuple[str, ...]


class Asking(Exception):
    """The agent has to call tools before it can go on."""

    def __init__(self, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        super().__init__()
        self.calls = calls


class Episode:
    """What has happened so far. A plan is followed from its start at every turn: calls that were made have results."""

    def __init__(self, chat: Chat, mind: Mind) -> None:
        self.question = chat.first_user
        self.key = key_of(self.question)
        self.mind = mind
        self.tools = [
            Seen(name, able(said), tuple(json.loads(schema).get("properties", {})))
            for name, said, schema in _TOOL.findall(chat.system)
        ]
        self.over = any(OVER in text for role, text in chat.turns if role == "user")
        self._together = TOGETHER in chat.system
        self._room = count_tokens(chat.system)
        self._results = _results(chat)

    def able(self, ability: str) -> Seen | None:
        """Return a tool that can do this, as far as the agent has it in mind."""
        for number, tool in enumerate(self.tools):
            if tool.able != ability:
                continue
            place = number / max(1, len(self.tools) - 1)
            chance = recall(self.mind.profile, place, tokens=self._room, sentences=len(self.tools))
            if self.mind.chance(chance, "tool", tool.name, self.key):
                return tool
        return None

    def call(self, tool: Seen, *values: Any) -> str:
        """Return the result of a call of a tool on values for its parameters, in order."""
        return self.calls([(tool, values)])[0]

    def calls(self, wanted: Sequence[tuple[Seen, Sequence[Any]]]) -> list[str]:
        """Return the results of several calls.

        Raises
        ------
        Asking
            If some of them have not been made yet.
        """
        asked = [(tool.name, dict(zip(tool.parameters, values, strict=False))) for tool, values in wanted]
        known = [self._results.get((name, json.dumps(arguments, sort_keys=True))) for name, arguments in asked]
        missing = [call for call, result in zip(asked, known, strict=True) if result is None]
        if missing:
            raise Asking(missing if self._together else missing[:1])
        return [result or "" for result in known]


def failed(result: str) -> bool:
    """Return whether a tool's result is an error."""
    return result.startswith("Error:")


def _results(chat: Chat) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    waiting: list[tuple[str, str]] = []
    for role, text in chat.turns:
        if role == "assistant":
            waiting = read_blocks(text)
        elif waiting and (head := _RESULT.match(text)):
            found[waiting.pop(0)] = text[head.end() :]
    return found
