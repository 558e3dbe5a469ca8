"""From a merger's answer to one toolbox: what behaves alike stands in it once, and no two tools share a name."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.domain import Candidate, Role, Tool, Toolbox, ToolUse
from harness.core.environment import Agreement
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.actions import Refusal, with_tool
from harness.run.roles.libraries import joined, moved, only_needed, whole
from harness.run.roles.prompting import Prompts
from harness.run.roles.toolmaking import Check, Made, approved, ask_for_made
from harness.run.roles.typed import Ask, object_of

Compare = Callable[[Tool, Tool], Awaitable[Agreement]]
"""Says on how many inputs two tools agree."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Which tools behave alike. Tools are numbers in the order of `distinct`.

    Attributes
    ----------
    groups
        Tools that agree on every input; a tool that is like no other is a group.
    agreed
        (one, other, inputs on which they agree, inputs) of the pairs that agree on some.
    """

    groups: Sequence[Sequence[int]]
    agreed: Sequence[tuple[int, int, int, int]] = ()


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
    """Return the tools of all toolboxes, those that are equal once, in order of first appearance.

    Each has what it needs of its library before its own code.
    """
    return list({key: tool for box in boxes for key, tool in _keyed(box)}.values())


async def group(tools: Sequence[Tool], compare: Compare) -> Groups:
    """Group tools by behaviour: each is compared with the first of every group."""
    groups: list[list[int]] = []
    agreed: list[tuple[int, int, int, int]] = []
    for number, tool in enumerate(tools):
        for found in groups:
            said = await compare(tools[found[0]], tool)
            if said.agreed:
                agreed.append((found[0], number, said.agreed, said.inputs))
            if said.same:
                found.append(number)
                break
        else:
            groups.append([number])
    return Groups(groups, agreed)


def messages(
    prompts: Prompts, purpose: str, *, candidates: Sequence[Candidate], name: str, groups: Groups
) -> list[Message]:
    """Write the merger's prompt; a tool that stood in an earlier candidate already is only named."""
    boxes = toolboxes(candidates, name)
    measured_on = rendering.measured_on([candidate.performance for candidate in candidates])
    first: dict[str, str] = {}
    libraries: dict[str, int] = {"": 0}
    parts = []
    for number, (candidate, box) in enumerate(zip(candidates, boxes, strict=True), 1):
        earlier = libraries.setdefault(box.library, number)
        same = f'<library same_as="candidate {earlier}"/>'
        written = [] if not earlier else [rendering.library(box) if earlier == number else same]
        used = candidate.performance.tools
        for tool, (key, _) in zip(box.tools, _keyed(box), strict=True):
            where = first.setdefault(key, place := f"candidate {number}: {tool.name}")
            calls = used.get(tool.name, ToolUse()) if used else None
            named = f'<tool name="{tool.name}" same_as="{where}"{rendering.use(calls)}/>'
            written.append(rendering.tool(tool, calls) if where == place else named)
        performance = rendering.performance(candidate.performance)
        parts.append(
            {"toolbox": "\n\n".join(written), "performance": performance, "measured_on": measured_on[number - 1]}
        )
    places = list(first.values())
    alike = [
        f"{places[one]}, {places[other]}: on {count} of {inputs} inputs" for one, other, count, inputs in groups.agreed
    ]
    return prompts.messages(Role.MERGER, Toolbox.kind, purpose=purpose, candidates=parts, alike=alike)


async def merge_toolboxes(
    ask: Ask,
    prompt: Sequence[Message],
    *,
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
        return await settled(object_of(Choice, text).tools, boxes, shares=shares, groups=groups, check=check)

    return await ask_for_made(ask, prompt, read=read, tries=tries)


async def settled(
    chosen: Sequence[Chosen], boxes: Sequence[Toolbox], *, shares: Sequence[float], groups: Groups, check: Check
) -> Made:
    """Return the toolbox of the chosen tools: of a group the better performer's alone, names made unique.

    Tools of the better performers come first, so that theirs is the name that others have to give way to; what the
    merger wrote itself comes before all. A tool that every candidate has as it is stays, chosen or not, unless another
    one of its name or behaviour was chosen. The library of the better performers comes first, joined with the others';
    a tool that needs what it does not hold takes that along.
    """
    library = joined([box for _, box in sorted(zip(shares, boxes, strict=True), key=lambda pair: -pair[0])])
    refused: list[Refusal] = []
    ranked: list[tuple[float, int, str, Tool]] = []
    for number, item in enumerate(chosen):
        original = _original(item, boxes)
        if isinstance(original, Refusal):
            refused.append(original)
            continue
        own = library if item.candidate is None else boxes[item.candidate - 1].library
        tool = await _taken(moved(original, own, to=library), item, check=check, library=library)
        if isinstance(tool, Refusal):
            refused.append(tool)
        else:
            share = float("inf") if item.candidate is None else shares[item.candidate - 1]
            ranked.append((share, number, _key(whole(original, own)), tool))
    ranked.sort(key=lambda entry: (-entry[0], entry[1]))
    tools = distinct(boxes)
    of_group = {_key(tools[member]): number for number, members in enumerate(groups.groups) for member in members}
    kept: list[tuple[int, Tool]] = []
    done: set[int | str] = set()
    for _, number, key, tool in ranked:
        behaviour = of_group.get(key, key)
        if behaviour not in done:
            done.add(behaviour)
            kept.append((number, _with_own_name(tool, {other.name for _, other in kept})))
    taken = {tool.name for _, tool in kept}
    toolbox = Toolbox(library=library)
    for tool in unchanged(boxes):
        key = _key(whole(tool, boxes[0].library))
        if of_group.get(key, key) not in done and tool.name not in taken:
            toolbox = with_tool(toolbox, moved(tool, boxes[0].library, to=library))
    for _, tool in sorted(kept, key=lambda entry: entry[0]):
        toolbox = with_tool(toolbox, tool)
    return Made(only_needed(toolbox), tuple(refused))


def unchanged(boxes: Sequence[Toolbox]) -> list[Tool]:
    """Return the tools that stand in every toolbox as they are, in the first one's order."""
    keys = [{key for key, _ in _keyed(box)} for box in boxes]
    return [
        tool
        for box in boxes[:1]
        for tool, (key, _) in zip(box.tools, _keyed(box), strict=True)
        if all(key in of_box for of_box in keys)
    ]


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
        return Tool(item.name, item.description, parameters=item.parameters, source=item.source)
    number = item.candidate or 0
    if not 1 <= number <= len(boxes):
        return Refusal(item.name, f"there is no candidate {number}")
    found = next((tool for tool in boxes[number - 1].tools if tool.name == item.name), None)
    return found or Refusal(item.name, f"candidate {number} has no such tool")


async def _taken(tool: Tool, item: Chosen, *, check: Check, library: str) -> Tool | Refusal:
    """Return the tool under the name that it gets; one that is not as some candidate had it is checked."""
    if item.source is None and item.renamed in (None, tool.name):
        return tool
    return await approved(tool if item.renamed is None else renamed(tool, item.renamed), check, library=library)


def _with_own_name(tool: Tool, taken: set[str]) -> Tool:
    number = 2
    name = tool.name
    while name in taken:
        name, number = f"{tool.name}_{number}", number + 1
    return renamed(tool, name)


def _keyed(box: Toolbox) -> list[tuple[str, Tool]]:
    tools = [whole(tool, box.library) for tool in box.tools]
    return [(_key(tool), tool) for tool in tools]


def _key(tool: Tool) -> str:
    return Toolbox((tool,)).digest
