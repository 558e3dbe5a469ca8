"""What the environment says of tools, journaled: whether one may join a toolbox, and which ones behave alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.core.domain import Tool
from harness.core.environment import Description, ToolChecker
from harness.llm.door import Door
from harness.run.roles.toolmerging import group


class TriedTools:
    """Tools as an environment finds them when it runs them.

    Parameters
    ----------
    environment
        Asked where it is a `ToolChecker`; without one, tools are taken as they are written.
    """

    def __init__(self, environment: object, description: Description, door: Door) -> None:
        self._checker = environment if isinstance(environment, ToolChecker) else None
        self._environment = [description.name, description.version, description.data_checksum]
        self._door = door

    async def problem(self, tool: Tool) -> str | None:
        """Return what keeps a tool out of a toolbox, or None."""
        checker = self._checker
        if checker is None:
            return None
        inputs = {"environment": self._environment, "tool": _plain(tool)}
        said = await self._door.effect("check_tool", inputs, lambda: checker.check_tool(tool))
        return None if said is None else str(said)

    async def groups(self, tools: Sequence[Tool]) -> list[list[int]]:
        """Group tools by behaviour, as numbers in their order."""
        checker = self._checker
        if checker is None:
            return [[number] for number in range(len(tools))]
        inputs = {"environment": self._environment, "tools": [_plain(tool) for tool in tools]}
        found = await self._door.effect("same_behaviour", inputs, lambda: group(tools, checker.same_behaviour))
        return [[int(number) for number in numbers] for numbers in found]


def _plain(tool: Tool) -> list[Any]:
    return [tool.name, tool.description, dict(tool.parameters), tool.source]
