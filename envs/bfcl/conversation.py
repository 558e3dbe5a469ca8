"""A conversation of the data set: what the user says, the tools, and the calls that the ground truth makes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from envs.bfcl import package
from harness.core.domain import digest
from harness.core.messages import ToolSchema

KINDS = ("base", "miss_func", "miss_param", "long_context")

CATEGORIES = {
    "GorillaFileSystem": "files",
    "VehicleControlAPI": "vehicle",
    "TradingBot": "trading",
    "TravelAPI": "travel",
}
"""Each conversation is about one of these; some need messages, posts, tickets or sums besides."""

_MORE_TOOLS = "You have more tools now. Please try again."
"""What the user says in a turn that only adds tools."""

_TYPES = {"dict": "object", "float": "number", "tuple": "array"}
_BEFORE = " Tool description: "


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the ground truth."""

    name: str
    positional: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation.

    Attributes
    ----------
    number
        Of the scenario, which is the same in all kinds.
    said
        What the user says, a text a turn.
    config
        Simulator to the state that it starts in.
    written
        The calls of the ground truth as the package writes them, by turn.
    tools
        Name of a tool to what the package says of it.
    held_back
        Name of a tool to the turn in which it becomes one, counted from 0.
    """

    id: str
    number: int
    said: tuple[str, ...]
    simulators: tuple[str, ...]
    config: Mapping[str, Any]
    written: tuple[tuple[str, ...], ...]
    tools: Mapping[str, Mapping[str, Any]]
    held_back: Mapping[str, int]
    long_context: bool

    @property
    def category(self) -> str:
        """What it is about."""
        return next(CATEGORIES[name] for name in self.simulators if name in CATEGORIES)

    def calls(self, turn: int) -> list[Call]:
        """Return the calls of the ground truth in a turn."""
        return [read_call(text) for text in self.written[turn]]

    def offered(self, turn: int) -> list[ToolSchema]:
        """Return the tools of a turn, as a model sees them."""
        shown = [doc for name, doc in self.tools.items() if self.held_back.get(name, 0) <= turn]
        return [
            ToolSchema(doc["name"], doc["description"].rpartition(_BEFORE)[2], _schema(doc["parameters"]))
            for doc in shown
        ]

    def systems(self) -> list[str]:
        """Return what the package says of each simulator as a whole."""
        return list(dict.fromkeys(doc["description"].partition(_BEFORE)[0] for doc in self.tools.values()))


@lru_cache
def conversations(kind: str) -> dict[str, Conversation]:
    """Return the conversations of a kind, by id."""
    truth = {entry["id"]: entry["ground_truth"] for entry in package.entries(package.answers(kind))}
    read = [_conversation(entry, truth[entry["id"]], kind=kind) for entry in package.entries(package.questions(kind))]
    return {one.id: one for one in read}


def drawn(kind: str, seed: int) -> list[Conversation]:
    """Return the conversations of a kind in the order of a seed, categories in turn; the same scenarios in any kind."""
    order = sorted(conversations(kind).values(), key=lambda one: digest([seed, one.number]))
    ranks: Counter[str] = Counter()
    ranked = []
    for one in order:
        ranked.append((ranks[one.category], one))
        ranks[one.category] += 1
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def read_call(text: str) -> Call:
    """Read a call of the ground truth: a name and literals. Nothing is evaluated.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    match ast.parse(text, mode="eval").body:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=words) if all(word.arg for word in words):
            named = {str(word.arg): ast.literal_eval(word.value) for word in words}
            return Call(name, tuple(map(ast.literal_eval, args)), named)
    raise ValueError(f"{text!r} is no call of a tool")


def _conversation(entry: Mapping[str, Any], truth: Sequence[Sequence[str]], *, kind: str) -> Conversation:
    left_out = set(entry.get("excluded_function", ()))
    simulators = tuple(entry["involved_classes"])
    tools = {name: doc for one in simulators for name, doc in package.documented(one).items() if name not in left_out}
    held_back = {name: int(turn) for turn, names in entry.get("missed_function", {}).items() for name in names}
    return Conversation(
        id=entry["id"].removeprefix("multi_turn_"),
        number=int(entry["id"].rpartition("_")[2]),
        said=tuple("\n".join(message["content"] for message in turn) or _MORE_TOOLS for turn in entry["question"]),
        simulators=simulators,
        config=entry["initial_config"],
        written=tuple(map(tuple, truth)),
        tools=tools,
        held_back=held_back,
        long_context=kind == "long_context",
    )


def _schema(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of what the package writes with Python's names of types."""
    schema = {**doc, "type": _TYPES.get(doc["type"], doc["type"])}
    if "properties" in doc:
        schema["properties"] = {name: _schema(part) for name, part in doc["properties"].items()}
    if "items" in doc:
        schema["items"] = _schema(doc["items"])
    return schema
