"""What the environment says of tools, journaled: which may join a toolbox, which agree, what one does on a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.domain import Task, Tool
from harness.core.environment import Description, ToolChecker, ToolTrials
from harness.llm.door import Door
from harness.run.roles.toolmerging import Groups, group
from harness.run.roles.trials import LETTERS, LISTED, Trials

_KEPT = 4 * LETTERS
"""Letters of a trial's result in the journal."""


class TriedTools:
    """Tools as an environment finds them when it runs them.

    Parameters
    ----------
    environment
        Asked where it is a `ToolChecker` or offers `ToolTrials`; else tools are taken as they are written.
    """

    def __init__(self, environment: object, description: Description, *, door: Door) -> None:
        self._checker = environment if isinstance(environment, ToolChecker) else None
        self._tester = environment if isinstance(environment, ToolTrials) else None
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

    async def groups(self, tools: Sequence[Tool]) -> Groups:
        """Group tools by behaviour, as numbers in their order."""
        checker = self._checker
        if checker is None:
            return Groups([[number] for number in range(len(tools))])

        async def compared() -> dict[str, Any]:
            found = await group(tools, checker.agreement)
            return {"groups": [list(one) for one in found.groups], "agreed": [list(one) for one in found.agreed]}

        inputs = {"environment": self._environment, "tools": [_plain(tool) for tool in tools]}
        found = await self._door.effect("agreement", inputs, compared)
        groups = [[int(number) for number in numbers] for numbers in found["groups"]]
        return Groups(groups, [(int(a), int(b), int(c), int(d)) for a, b, c, d in found["agreed"]])

    def files(self, tasks: Sequence[Task]) -> list[tuple[Task, str]]:
        """Return the first tasks that come with a file, each with a line that describes it."""
        if self._tester is None:
            return []
        unique = list({task.id: task for task in tasks}.values())
        described = zip(unique, self._tester.files(unique), strict=True)
        return [(task, line) for task, line in described if line][:LISTED]

    def trials(self, tasks: Sequence[Task]) -> Trials | None:
        """Return what a tool maker may try on these tasks; None where there is nothing to try tools on."""
        return Trials(tasks, self._try) if self._tester is not None and tasks else None

    async def _try(self, tool: Tool, arguments: Mapping[str, Any], task: Task) -> str:
        tester = self._tester
        assert tester is not None
        inputs = {"environment": self._environment, "tool": _plain(tool), "arguments": dict(arguments), "task": task.id}

        async def tried() -> str:
            return (await tester.try_tool(tool, arguments, task))[:_KEPT]

        return str(await self._door.effect("try_tool", inputs, tried))


def _plain(tool: Tool) -> list[Any]:
    return [tool.name, tool.description, dict(tool.parameters), tool.source]
