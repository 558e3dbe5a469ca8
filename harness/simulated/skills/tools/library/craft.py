"""One kind of tool that the simulated model knows how to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOADER = """
import io
import tarfile
import zipfile


def load(path):
    first, *inner = path.split("!")
    with open(first, "rb") as file:
        data = file.read()
    for name in inner:
        if zipfile.is_zipfile(io.BytesIO(data)):
            data = zipfile.ZipFile(io.BytesIO(data)).read(name)
        else:
            data = tarfile.open(fileobj=io.BytesIO(data)).extractfile(name).read()
    return data
"""


@dataclass(frozen=True, slots=True)
class Craft:
    """What it knows of a tool.

    Attributes
    ----------
    ability
        What the tool is for.
    words
        A regular expression: a sentence that it finds speaks of such a tool, whoever wrote it.
    names
        What it calls the tool, and what someone else might.
    description
        What the tool says of itself.
    parameter, example
        Of the tool beside ``path``; empty where it has none.
    source
        The function, under the first of `names`.
    """

    ability: str
    words: str
    names: tuple[str, str]
    description: str
    parameter: str
    example: str
    source: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A tool as it is written."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    source: str


def written(craft: Craft, name: str, *, shared: bool = False) -> Draft:
    """Write a tool under a name; without the loader where that is `shared`."""
    path = "Name of the file; `archive.zip!name` for a file in an archive."
    properties: dict[str, Any] = {"path": {"type": "string", "description": path}}
    if craft.parameter:
        about = f"The {craft.parameter}."
        properties[craft.parameter] = {"type": "string", "description": about, "examples": [craft.example]}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    loader = "" if shared else f"{LOADER}\n\n"
    source = f"{loader}{craft.source.strip()}\n".replace(f"def {craft.names[0]}(", f"def {name}(")
    return Draft(name, craft.description, parameters=schema, source=_in_order(source))


def _in_order(source: str) -> str:
    """Return source with its imports first, each once."""
    lines = source.splitlines()
    imports = sorted({line for line in lines if line.startswith(("import ", "from "))})
    body = "\n".join(line for line in lines if not line.startswith(("import ", "from "))).strip("\n")
    while "\n\n\n\n" in body:
        body = body.replace("\n\n\n\n", "\n\n\n")
    return ("\n".join(imports) + "\n\n\n" if imports else "") + body + "\n"
