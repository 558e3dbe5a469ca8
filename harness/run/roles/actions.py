"""What an optimizer may do to a toolbox: its library, a tool more, another or less, a try. Typed, read from JSON."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.domain import Tool, Toolbox
from harness.core.tool_schema import tool_problem
from harness.run.roles.typed import object_of


class _Action(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Add(_Action):
    """A new tool."""

    do: Literal["add"]
    name: str
    description: str
    parameters: dict[str, Any]
    source: str


class Revise(_Action):
    """A tool that there is, rewritten; what is left out stays as it is."""

    do: Literal["revise"]
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    source: str | None = None


class Remove(_Action):
    """A tool less."""

    do: Literal["remove"]
    name: str


class SetLibrary(_Action):
    """Another library, in place of all of the last one."""

    do: Literal["library"]
    source: str


class Try(_Action):
    """A call of a tool on a task's file, before anything is handed in.

    Attributes
    ----------
    task
        Number of the task in the listing.
    """

    do: Literal["try"]
    name: str
    task: int
    arguments: dict[str, Any] = Field(default_factory=dict)


class Finish(_Action):
    """Nothing more; alone, nothing at all."""

    do: Literal["finish"]


Action = Add | Revise | Remove | SetLibrary | Try | Finish


class Actions(BaseModel):
    """The optimizer's answer."""

    actions: list[Annotated[Action, Field(discriminator="do")]]


ACTIONS = Actions.model_json_schema()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action that cannot be carried out, and why, for its author."""

    name: str
    reason: str


def read_actions(text: str) -> list[Action]:
    """Read the optimizer's JSON object."""
    return object_of(Actions, text).actions


def proposed(toolbox: Toolbox, action: Add | Revise) -> Tool | Refusal:
    """Return the tool that an action makes."""
    there = {tool.name: tool for tool in toolbox.tools}
    if isinstance(action, Add):
        if action.name in there:
            return Refusal(action.name, "there is a tool of this name already: revise it, or choose another name")
        return Tool(action.name, action.description, parameters=action.parameters, source=action.source)
    if action.name not in there:
        return Refusal(action.name, f"there is no such tool to revise; there are {', '.join(there) or 'none'}")
    given = action.model_dump(exclude={"do", "name"}, exclude_none=True)
    return replace(there[action.name], **given)


def with_tool(toolbox: Toolbox, tool: Tool) -> Toolbox:
    """Return the toolbox with a tool in its place, at the end where it is new."""
    if any(other.name == tool.name for other in toolbox.tools):
        return replace(toolbox, tools=tuple(tool if other.name == tool.name else other for other in toolbox.tools))
    return replace(toolbox, tools=(*toolbox.tools, tool))


def without_tool(toolbox: Toolbox, name: str) -> Toolbox | Refusal:
    """Return the toolbox without the tool of a name."""
    rest = tuple(tool for tool in toolbox.tools if tool.name != name)
    if len(rest) == len(toolbox.tools):
        return Refusal(name, "there is no such tool to remove")
    return replace(toolbox, tools=rest)


def problem_as_written(tool: Tool) -> str | None:
    """Return what is wrong with a tool before anyone runs it: the least check, for any environment."""
    if (problem := tool_problem(tool.name, tool.description, parameters=tool.parameters)) is not None:
        return problem
    try:
        tree = ast.parse(tool.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the source does not parse: {error or type(error).__name__}"
    if not any(isinstance(node, ast.FunctionDef) and node.name == tool.name for node in tree.body):
        return f"the source defines no function {tool.name!r} at its top level"
    return None


def told(refusals: Sequence[Refusal]) -> str:
    """Write refusals out, for their author."""
    return "; ".join(f"{refusal.name}: {refusal.reason}" for refusal in refusals)
