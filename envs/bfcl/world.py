"""The simulators of one conversation under play: calls by name, results as text, state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import localcontext
from importlib import import_module
from inspect import signature
from typing import Any

from envs.bfcl.conversation import Conversation
from envs.bfcl.package import documented, simulator

STATELESS = "MathAPI"

MOST_STATE = 200_000
"""Letters that a simulator may hold; a value counts as `_VALUE` of them. The package's conversations need a third."""
_VALUE = 10
DEEPEST = 100

_UNORDERED = ("Invalid travel class. Must be one of ", "Invalid fields for update: ")
"""How errors begin that list a set, whose order changes from process to process."""


class TooLarge(Exception):
    """A simulator holds more than `MOST_STATE`, or is nested deeper than `DEEPEST`."""


class World:
    """Simulators, each in the state that a conversation starts from. Nothing is shared with any other world."""

    def __init__(self, conversation: Conversation) -> None:
        self._parts = {name: _started(name, conversation) for name in conversation.simulators}
        self._owners = {tool: name for name in self._parts for tool in documented(name)}

    def call(self, name: str, named: Mapping[str, Any], positional: Sequence[Any] = ()) -> str:
        """Call a tool by its documented name, and return its result as the package writes it.

        Raises
        ------
        TooLarge
            If its simulator has grown beyond the bounds.
        """
        part = self._parts[self._owners[name]]
        mpmath = import_module("mpmath")
        # The calculator sets the precision of the whole process.
        with localcontext(), mpmath.workdps(mpmath.mp.dps):
            try:
                method = getattr(part, name)
                bound = signature(method).bind(*positional, **named)
                bound.apply_defaults()  # copied with the rest: a default that is a list is changed by later calls
                given = deepcopy(bound)
                said = _written(method(*given.args, **given.kwargs))
            except Exception as error:  # whatever a simulator runs into is what the agent reads
                said = f"Error during execution: {error}"
        _hold(part)
        return said

    def state(self) -> dict[str, dict[str, Any]]:
        """Return what is compared: simulator to its public attributes."""
        return {name: _public(part) for name, part in self._parts.items()}


def _started(name: str, conversation: Conversation) -> Any:
    part = simulator(name)()
    if name != STATELESS:
        config = deepcopy(conversation.config.get(name, {}))
        part._load_scenario(config, long_context=conversation.long_context)
    return deepcopy(part)  # a long context shares accounts and bookings between all that load it


def _written(result: Any) -> str:
    if isinstance(result, str):
        return result
    if not isinstance(result, dict):
        return str(result)
    error = result.get("error")
    if isinstance(error, str) and error.startswith(_UNORDERED):
        beginning = next(text for text in _UNORDERED if error.startswith(text))
        listed = error.removeprefix(beginning).strip("{}").split(", ")
        result = {**result, "error": beginning + ", ".join(sorted(listed))}
    try:
        return json.dumps(result)
    except (TypeError, ValueError):
        return str(result)


def _public(part: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(part).items() if not name.startswith("_")}


def _hold(part: Any) -> None:
    """Walk through all that a call could reach, up to the bounds: directories may hold themselves, or others twice."""
    left = [(value, 0) for value in (*_public(part).values(), getattr(part, "_current_dir", None))]
    size = 0
    while left:
        value, depth = left.pop()
        size += _VALUE + (len(value) if isinstance(value, str) else 0)
        if size > MOST_STATE or depth > DEEPEST:
            raise TooLarge
        left += [(inner, depth + 1) for inner in parts_of(value)]


def parts_of(value: Any) -> Sequence[Any]:
    """Return what a value of a state holds."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, list | tuple | set):
        return list(value)
    if hasattr(value, "contents"):  # a directory; its parent is not its part
        return [value.name, *parts_of(value.contents)]
    return [value.name, value.content] if hasattr(value, "content") else ()
