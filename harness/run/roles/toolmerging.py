"""From a merger's answer to one toolbox: what behaves alike stands in it once, and no two tools share a name."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.domain import Candidate, Role, Tool, Toolbox
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.actions import Refusal, with_tool
from harness.run.roles.prompting import Prompts
from harness.run.roles.toolmaking import Check, Made, approved, ask_for_made
from harness.run.roles.typed import Ask, object_of

Same = Callable[[Tool, Tool], Awaitable[bool]]
"""Says whether two tools give the same results on the same inputs."""

Groups = Sequence[Sequence[int]]
"""Tools that behave alike, as numbers in the order of `distinct`; a tool that is like no other is a group."""


class Chosen(BaseModel):
    """A tool of the merged toolbox: one of a candidate's, or one that the merger wrote."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    candidate: int | None = Field(default=None, alias="from")
    name: str
    renamed: str | None = Field(default=None, alias="as")
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    source: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Chosen:
        if (self.candidate is None) == (self.source is None):
            raise ValueError(f"the tool {self.name!r} needs either `from` or `source`")
        return self


class Choice(BaseModel):
    """The merger's answer."""

    tools: list[Chosen]


CHOICE = Choice.model_json_schema()


def distinct(boxes: Sequence[Toolbox]) -> list[Tool]:
    """Return the tools of all toolboxes, those that are equal once, in order of first appearance."""
    return list({_key(tool): tool for box in boxes for tool in box.tools}.values())


async def group(tools: Sequence[Tool], same: Same) -> list[list[int]]:
    """Group tools by behaviour: each is compared with the first of every group."""
    groups: list[list[int]] = []
    for number, tool in enumerate(tools):
        for found in groups:
            if await same(tools[found[0]], tool):
                found.append(number)
                break
        else:
            groups.append([number])
    return groups


def messages(
    prompts: Prompts, purpose: str, candidates: Sequence[Candidate], name: str, groups: Groups
) -> list[Message]:
    """Write the merger's prompt; a tool that stood in an earlier candidate already is only named."""
    boxes = toolboxes(candidates, name)
    first: dict[str, str] = {}
    parts = []
    for number, (candidate, box) in enumerate(zip(candidates, boxes, strict=True), 1):
        written = []
        for tool in box.tools:
            where = first.setdefault(_key(tool), place := f"candidate {number}: {tool.name}")
            whole = rendering.tool(tool)
            written.append(whole if where == place else f'<tool name="{tool.name}" same_as="{where}"/>')
        parts.append({"toolbox": "\n\n".join(written), "performance": rendering.performance(candidate.performance)})
    tools = distinct(boxes)
    alike = [", ".join(first[_key(tools[n])] for n in numbers) for numbers in groups if len(numbers) > 1]
    return prompts.messages(Role.MERGER, Toolbox.kind, purpose=purpose, candidates=parts, alike=alike)


async def merge_toolboxes(
    ask: Ask,
    prompt: Sequence[Message],
    candidates: Sequence[Candidate],
    name: str,
    groups: Groups,
    check: Check,
    tries: int,
) -> Made:
    """Ask for a choice of tools until all of it can be taken, and settle what it leaves open.

    Raises
    ------
    AnswerError
        If no answer could be read at all.
    """
    boxes = toolboxes(candidates, name)
    shares = [candidate.performance.mean for candidate in candidates]

    async def read(text: str) -> Made:
        return await settled(object_of(Choice, text).tools, boxes, shares, groups, check)

    return await ask_for_made(ask, prompt, read, tries)


async def settled(
    chosen: Sequence[Chosen], boxes: Sequence[Toolbox], shares: Sequence[float], groups: Groups, check: Check
) -> Made:
    """Return the toolbox of the chosen tools: of a group the better performer's alone, names made unique.

    Tools of the better performers come first, so that theirs is the name that others have to give way to; what the
    merger wrote itself comes before all. A tool that every candidate has as it is stays, chosen or not, unless another
    one of its name or behaviour was chosen.
    """
    refused: list[Refusal] = []
    ranked: list[tuple[float, int, str, Tool]] = []
    for number, item in enumerate(chosen):
        original = _original(item, boxes)
        if isinstance(original, Refusal):
            refused.append(original)
            continue
        tool = await _taken(original, item, check)
        if isinstance(tool, Refusal):
            refused.append(tool)
        else:
            share = float("inf") if item.candidate is None else shares[item.candidate - 1]
            ranked.append((share, number, _key(original), tool))
    ranked.sort(key=lambda entry: (-entry[0], entry[1]))
    tools = distinct(boxes)
    of_group = {_key(tools[member]): number for number, members in enumerate(groups) for member in members}
    kept: list[tuple[int, Tool]] = []
    done: set[int | str] = set()
    for _, number, key, tool in ranked:
        behaviour = of_group.get(key, key)
        if behaviour not in done:
            done.add(behaviour)
            kept.append((number, _with_own_name(tool, {other.name for _, other in kept})))
    taken = {tool.name for _, tool in kept}
    toolbox = Toolbox()
    for tool in unchanged(boxes):
        if of_group.get(_key(tool), _key(tool)) not in done and tool.name not in taken:
            toolbox = with_tool(toolbox, tool)
    for _, tool in sorted(kept, key=lambda entry: entry[0]):
        toolbox = with_tool(toolbox, tool)
    return Made(toolbox, tuple(refused))


def unchanged(boxes: Sequence[Toolbox]) -> list[Tool]:
    """Return the tools that stand in every toolbox as they are, in the first one's order."""
    keys = [{_key(tool) for tool in box.tools} for box in boxes]
    return [tool for box in boxes[:1] for tool in box.tools if all(_key(tool) in of_box for of_box in keys)]


def toolboxes(candidates: Sequence[Candidate], name: str) -> list[Toolbox]:
    """Return the toolbox called `name` of each candidate."""
    modules = [candidate.modules[name] for candidate in candidates]
    return [module for module in modules if isinstance(module, Toolbox)]


def renamed(tool: Tool, name: str) -> Tool:
    """Return a tool under another name, in its source as well."""
    if name == tool.name:
        return tool
    words = list(tokenize.generate_tokens(io.StringIO(tool.source).readline))
    lines = tool.source.splitlines(keepends=True)
    for number in reversed(range(len(words))):
        word = words[number]
        attribute = number > 0 and words[number - 1].string == "."
        if word.type == tokenize.NAME and word.string == tool.name and not attribute:
            (row, start), (_, end) = word.start, word.end
            lines[row - 1] = f"{lines[row - 1][:start]}{name}{lines[row - 1][end:]}"
    return replace(tool, name=name, source="".join(lines))


def _original(item: Chosen, boxes: Sequence[Toolbox]) -> Tool | Refusal:
    if item.source is not None:
        return Tool(item.name, item.description, item.parameters, item.source)
    number = item.candidate or 0
    if not 1 <= number <= len(boxes):
        return Refusal(item.name, f"there is no candidate {number}")
    found = next((tool for tool in boxes[number - 1].tools if tool.name == item.name), None)
    return found or Refusal(item.name, f"candidate {number} has no such tool")


async def _taken(tool: Tool, item: Chosen, check: Check) -> Tool | Refusal:
    """Return the tool under the name that it gets; one that is not as some candidate had it is checked."""
    if item.source is None and item.renamed in (None, tool.name):
        return tool
    return await approved(tool if item.renamed is None else renamed(tool, item.renamed), check)


def _with_own_name(tool: Tool, taken: set[str]) -> Tool:
    number = 2
    name = tool.name
    while name in taken:
        name, number = f"{tool.name}_{number}", number + 1
    return renamed(tool, name)


def _key(tool: Tool) -> str:
    return Toolbox((tool,)).digest
