"""Tools put together from pieces: what the simulated optimizer writes for an ability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import sources
from .abilities import TABLE_KINDS, TEXT_KINDS, Able

_NAMES = {
    "list": ("list_archive", "archive_members"),
    "total": ("totals_of_table", "sum_table"),
    "count": ("count_squares", "squares_of_colour"),
    "run": ("run_program", "execute_program"),
    "page": ("look_up", "find_page"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A tool as it is written."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    source: str


def generalized(need: Able) -> Able:
    """Return what a programmer makes of a need: a tool that adds up tables does so for all kinds that are alike."""
    if need.ability != "total" or not need.kinds:
        return need
    text = set(TABLE_KINDS) & set(TEXT_KINDS)
    alike = text if set(need.kinds) <= text else set(TABLE_KINDS) - text
    return replace(need, kinds=tuple(sorted(alike | set(need.kinds))))


def name_of(need: Able, other: bool = False) -> str:
    """Return a name for a tool; `other` is what someone else might call it."""
    if need.ability == "read":
        return f"{'load' if other else 'read'}_{need.kinds[0]}"
    return _NAMES[need.ability][other]


def write(need: Able, name: str) -> Draft:
    """Write a tool."""
    kinds = [kind for kind in need.kinds if kind in sources.ROWS]
    if need.ability == "read" and not kinds:
        return _plain_reader(need, name)
    pieces, source = [], ""
    taken, given, file = ("path, member=''", "path, member", "(member or path)") if need.inside else ("path",) * 3
    if need.ability in ("read", "total", "count"):
        pieces.append(sources.MEMBER if need.inside else sources.FILE)
    if need.ability in ("read", "total"):
        pieces += [sources.ROWS[kind] for kind in kinds]
    if need.ability == "read":
        source = sources.READ.format(name=name, kind=kinds[0], taken=taken, given=given)
    elif need.ability == "total":
        table = ", ".join(f'"{kind}": _rows_{kind}' for kind in kinds)
        source = sources.TOTAL.format(name=name, table=table, taken=taken, given=given, file=file)
    elif need.ability == "count":
        taken = taken.replace("path", "path, colour", 1)
        source = sources.COUNT.format(name=name, taken=taken, given=given)
    else:
        source = {"list": sources.LIST, "run": sources.RUN, "page": sources.PAGE}[need.ability].format(name=name)
    whole = _in_order("\n".join([*pieces, source]))
    return Draft(name, describe(need), _parameters(need), whole)


def describe(need: Able) -> str:
    """Write what the tool says of itself."""
    kinds = ", ".join(need.kinds)
    where = ", also inside zip archives (give the member)" if need.inside else ""
    return {
        "read": f"Read {kinds} files{where}. Returns the rows of their tables.",
        "list": "List the members of a zip archive with their sizes.",
        "total": (
            f"Add up the last column of a table for every value of each other column. Kinds of file: {kinds}{where}."
        ),
        "count": f"Count the squares of a colour in an image. Kinds of file: {kinds}{where}.",
        "run": "Run a Python program (py) and return what it prints.",
        "page": "Look up the page of a name and return its text, in one call.",
    }[need.ability]


def _parameters(need: Able) -> dict[str, Any]:
    if need.ability == "page":
        properties: dict[str, Any] = {"name": {"type": "string", "description": "What the page is about."}}
    else:
        properties = {"path": {"type": "string", "description": "Name of the file."}}
    if need.ability == "count":
        properties["colour"] = {"type": "string", "description": "A colour's name.", "examples": ["red"]}
    required = list(properties)
    if need.inside:
        about = "Name of the file inside the archive; empty for the file itself."
        properties["member"] = {"type": "string", "description": about, "default": ""}
    return {"type": "object", "properties": properties, "required": required}


def _plain_reader(need: Able, name: str) -> Draft:
    taken, given = ("path, member=''", "path, member") if need.inside else ("path", "path")
    piece = sources.MEMBER if need.inside else sources.FILE
    body = f'def {name}({taken}):\n    return _bytes({given}).decode("utf-8", "replace")[:100_000]\n'
    return Draft(name, describe(need), _parameters(need), _in_order(f"{piece}\n{body}"))


def _in_order(source: str) -> str:
    """Return source with its imports first, each once."""
    lines = source.splitlines()
    imports = sorted({line for line in lines if line.startswith(("import ", "from "))})
    body = "\n".join(line for line in lines if not line.startswith(("import ", "from "))).strip("\n")
    while "\n\n\n\n" in body:
        body = body.replace("\n\n\n\n", "\n\n\n")
    return ("\n".join(imports) + "\n\n\n" if imports else "") + body + "\n"
