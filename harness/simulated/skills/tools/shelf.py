"""Toolboxes as prompts show them: each tool with what it says of itself and its source."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...reading import blocks
from .abilities import able

_SAME = re.compile(r'<tool name="([^"]+)" same_as="candidate (\d+): ([^"]+)"[^<>]*/>')


@dataclass(frozen=True, slots=True)
class Shown:
    """A tool of a toolbox.

    Attributes
    ----------
    able
        What its description says that it can do; None where that is not understood.
    position
        Where it stands, as a share of the text.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    source: str
    able: str | None
    position: float


def tools_in(text: str) -> list[Shown]:
    """Return the tools that are written out in a text."""
    found = []
    for block in blocks(text, "tool"):
        said = "".join(part.text for part in blocks(block.text, "description")[:1])
        schema = "".join(part.text for part in blocks(block.text, "parameters")[:1])
        source = "".join(part.text for part in blocks(block.text, "source")[:1])
        name = block.attributes.get("name", "")
        found.append(
            Shown(name, said, parameters=_object(schema), source=source, able=able(said), position=block.position)
        )
    return found


def same_in(text: str) -> list[tuple[str, int, str]]:
    """Return (name, candidate, name there) of the tools that are only named."""
    return [(name, int(number), there) for name, number, there in _SAME.findall(text)]


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
