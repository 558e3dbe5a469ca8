"""Whether a proposed tool may join the toolbox. What keeps it out is a text that its author can act on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from envs.gaia.sandbox import readers
from envs.gaia.sandbox.api import JSON, Broker, Limits, Sandbox
from harness.core.domain import Tool
from harness.core.tool_schema import tool_problem

USELESS = frozenset(
    "socket ssl http ftplib smtplib imaplib poplib telnetlib socketserver xmlrpc subprocess multiprocessing threading "
    "concurrent asyncio ctypes signal pty fcntl resource mmap".split()
)
"""Modules that need what the sandbox refuses; ``urllib.request`` as well."""

_NO_MEANS = "the sandbox has no network, processes or threads; search(query) and fetch(url) are there without an import"
_OFFER = f"the standard library and {', '.join(readers.READERS)}"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_FILE_WORDS = ("path", "file", "document", "attachment")
_SAMPLES: dict[str, JSON] = {"string": "a", "integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
_OTHERS = 3
"""Samples of other kinds that a tool is tried on where it mentions some."""

_SMOKE_LIMITS = Limits(wall=10, cpu=8)


async def why_not(
    tool: Tool, sandbox: Sandbox, *, samples: Sequence[Path] = (), broker: Broker | None = None
) -> str | None:
    """Return what is wrong with `tool`, or None.

    It must parse, define the function that it declares with the parameters that it declares, import what the sandbox
    offers, and return from a smoke call. That takes its arguments from the schema's ``examples``, ``default`` or
    ``enum``, else from the types. A parameter that names a file gets the samples in turn, those first whose kind the
    tool mentions: one that it can read is enough.

    Parameters
    ----------
    samples
        Small files, one of each kind.
    broker
        What answers ``search`` and ``fetch``; without it, one page that says little.
    """
    problem = declaration_problem(tool)
    if problem is not None:
        return problem
    failure: str | None = None
    for files in _tries(tool, samples):
        arguments = smoke_arguments(tool.parameters, files)
        outcome = await sandbox.call(
            tool.source, tool.name, arguments=arguments, inputs=files, broker=broker or _OnePage(), limits=_SMOKE_LIMITS
        )
        if outcome.error is None:
            return None
        # The first sample is of the kind that the tool is about: what went wrong there tells its author most.
        failure = failure or f"the smoke call {tool.name}({_written(arguments)}) failed: {outcome.error}"
    advice = "; `examples` in a parameter's schema give the smoke call arguments that make sense"
    return None if failure is None else failure + advice


def declaration_problem(tool: Tool) -> str | None:
    """Return what is wrong with `tool` as it is written, without running it, or None."""
    if not _NAME.fullmatch(tool.name):
        return f"the name {tool.name!r} is no Python name of up to 64 letters"
    try:
        tree = ast.parse(tool.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the source does not parse: {error or type(error).__name__}"
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == tool.name), None)
    if function is None:
        return f"the source defines no function {tool.name!r} at its top level (an `async def` is none)"
    return (
        tool_problem(tool.name, tool.description, parameters=tool.parameters)
        or _signature_problem(tool, function)
        or _import_problem(tree)
    )


def smoke_arguments(parameters: Mapping[str, object], files: Sequence[Path]) -> dict[str, JSON]:
    """Return arguments for a smoke call: values that the schema gives, else a file's name, else one of the type."""
    return {name: _smoke_value(name, schema, files=files) for name, schema in _properties(parameters).items()}


def _signature_problem(tool: Tool, function: ast.FunctionDef) -> str | None:
    given = function.args
    if given.vararg or given.kwarg or given.posonlyargs:
        return f"{tool.name} must name its parameters: no *args, no **kwargs, nothing positional only"
    names = [argument.arg for argument in (*given.args, *given.kwonlyargs)]
    declared = list(_properties(tool.parameters))
    if set(names) != set(declared):
        return f"{tool.name} takes ({', '.join(names)}), but its schema declares ({', '.join(declared)})"
    bare = names[: len(given.args) - len(given.defaults)]
    bare += [a.arg for a, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None]
    required = tool.parameters.get("required", [])
    optional = [name for name in bare if name not in required]
    if optional:
        return f"{', '.join(optional)}: without a default in {tool.name}, so `required` must list it"
    return None


def _import_problem(tree: ast.Module) -> str | None:
    for name, line in _imported(tree):
        top = name.split(".")[0]
        if top in USELESS or name == "urllib.request":
            return f"line {line}: {name} cannot work: {_NO_MEANS}"
        if top not in readers.importable():
            return f"line {line}: {name} is not in the sandbox, which has {_OFFER}"
    return None


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module, node.lineno
            if module == "urllib":
                yield from ((f"urllib.{alias.name}", node.lineno) for alias in node.names)


def _tries(tool: Tool, samples: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Yield the files of each smoke call: one for each sample where a parameter wants a file, else none."""
    properties = _properties(tool.parameters)
    if not samples or not any(_wants_file(name, schema) for name, schema in properties.items()):
        yield ()
        return
    about = mentioned(samples, tool)
    for sample in about + [path for path in samples if path not in about][: None if not about else _OTHERS]:
        yield (sample,)


def mentioned(samples: Sequence[Path], *tools: Tool) -> list[Path]:
    """Return the samples of a kind that one of the tools mentions."""
    text = " ".join(f"{tool.name} {tool.description} {tool.source}" for tool in tools).lower()
    return [path for path in samples if path.suffix.lstrip(".").lower() in text]


def _smoke_value(name: str, schema: Mapping[str, object], *, files: Sequence[Path]) -> JSON:
    if files and _wants_file(name, schema):
        return files[0].name
    for key in ("examples", "enum"):
        values = schema.get(key)
        if isinstance(values, list | tuple) and values:
            value: JSON = values[0]
            return value
    if "default" in schema:
        default: JSON = schema["default"]  # type: ignore[assignment]
        return default
    kind = schema.get("type", "string")
    return _SAMPLES.get(str(kind[0] if isinstance(kind, list | tuple) and kind else kind), "a")


def _wants_file(name: str, schema: Mapping[str, object]) -> bool:
    return schema.get("type", "string") == "string" and any(word in name.lower() for word in _FILE_WORDS)


def _properties(parameters: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    properties = parameters.get("properties", {})
    return properties if isinstance(properties, Mapping) else {}


def _written(arguments: Mapping[str, JSON]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


class _OnePage:
    async def search(self, query: str) -> JSON:
        return [{"title": "A page", "url": "https://example.org/", "snippet": query}]

    async def fetch(self, url: str) -> JSON:
        return f"A page at {url}. It says 42."
