"""The library part of toolboxes: which of its definitions a tool needs, and one library out of several.

A tool's code runs after its toolbox's library, in one namespace; so a name that the tool defines itself is its own.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.core.domain import Tool, Toolbox

_BREAK = "\n\n\n"


@dataclass(frozen=True, slots=True)
class Definition:
    """A statement of a library: its text, the names that it defines, and those that it uses."""

    text: str
    defines: frozenset[str]
    uses: frozenset[str]


def problem_of_library(source: str) -> str | None:
    """Return why a text cannot be a library, or None."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the library does not parse: {error or type(error).__name__}"
    return None


def definitions(library: str) -> list[Definition]:
    """Return the statements at the top level of a library; a library that does not parse is one that all need."""
    if problem_of_library(library) is not None:
        return [Definition(library, frozenset(), frozenset())]
    lines = _lines(library)
    return [Definition(_text(lines, node), _defined(node), _used(node)) for node in ast.parse(library).body]


def needed(tool: Tool, library: str) -> list[Definition]:
    """Return the definitions of a library that a tool uses, directly or not, in their order.

    A statement that defines no name is needed by every tool that needs any.
    """
    if not library.strip() or problem_of_library(tool.source) is not None:
        return definitions(library) if library.strip() else []
    there = definitions(library)
    body = ast.parse(tool.source).body
    own = frozenset[str]().union(*map(_defined, body))
    kept = _reached(there, frozenset[str]().union(*map(_used, body)) - own)
    return [one for n, one in enumerate(there) if n in kept or (kept and not one.defines)]


def _reached(there: Sequence[Definition], names: frozenset[str]) -> set[int]:
    """Return the places of the definitions of these names, of the names that those use, and so on."""
    definers: dict[str, list[int]] = {}
    for place, one in enumerate(there):
        for name in one.defines:
            definers.setdefault(name, []).append(place)
    kept: set[int] = set()
    wanted = list(names)
    while wanted:
        for place in definers.pop(wanted.pop(), ()):
            if place not in kept:
                kept.add(place)
                wanted += there[place].uses
    return kept


def whole(tool: Tool, library: str) -> Tool:
    """Return the tool with what it needs of the library before its own code: it does the same without the library."""
    return replace(tool, source=_written([one.text for one in needed(tool, library)], tool.source))


def joined(boxes: Sequence[Toolbox]) -> str:
    """Return one library of several: of definitions of one name those of the first library that has it."""
    kept: dict[str, None] = {}
    names: set[str] = set()
    for box in boxes:
        fresh = [one for one in definitions(box.library) if not one.defines & names and one.text not in kept]
        kept |= dict.fromkeys(one.text for one in fresh)
        names |= {name for one in fresh for name in one.defines}
    return _BREAK.join(kept) + "\n" if kept else ""


def moved(tool: Tool, library: str, *, to: str) -> Tool:
    """Return a tool of one library as it must be with another one: what it needs and does not find there goes along."""
    own = needed(tool, library)
    found = {one.text for one in definitions(to)}
    return tool if all(one.text in found for one in own) else whole(tool, library)


def only_needed(toolbox: Toolbox) -> Toolbox:
    """Return the toolbox with no more of its library than its tools need."""
    used = {one.text for tool in toolbox.tools for one in needed(tool, toolbox.library)}
    kept = [one.text for one in definitions(toolbox.library) if one.text in used]
    if len(kept) == len(definitions(toolbox.library)):
        return toolbox
    return replace(toolbox, library=_BREAK.join(kept) + "\n" if kept else "")


def _written(library: Sequence[str], source: str) -> str:
    return _BREAK.join([*library, source]) if library else source


def _lines(source: str) -> list[str]:
    """Return a source's lines as Python counts them: a form feed or a separator of Unicode ends none."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _text(lines: Sequence[str], node: ast.stmt) -> str:
    decorated = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorated)])
    return "\n".join(lines[first - 1 : node.end_lineno])


def _defined(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement binds at the top level."""
    names: set[str] = set()
    nodes: list[ast.AST] = [statement]
    while nodes:
        match node := nodes.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Import() | ast.ImportFrom():
                names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                pass
            case _:
                nodes += ast.iter_child_nodes(node)
    return frozenset(names)


def _used(node: ast.stmt) -> frozenset[str]:
    """Return the names that a statement reads, wherever in it."""
    return frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
