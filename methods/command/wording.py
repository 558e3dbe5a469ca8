"""What a program and the harness say to each other: modules and requests as JSON, read strictly and within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from harness.core.domain import Instruction, Module, Modules, Role, Tool, Toolbox

LARGEST = 4_000_000
"""Bytes of one request, and of the file of modules."""


class Body(BaseModel):
    """A request's body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ToolBody(Body):
    """One tool; `source` defines a function called `name` and runs only in the sandbox."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    description: Annotated[str, Field(max_length=10_000)]
    parameters: dict[str, Any]
    source: Annotated[str, Field(max_length=200_000)]


ModuleBody = (
    Annotated[str, Field(min_length=1, max_length=1_000_000)] | Annotated[list[ToolBody], Field(max_length=200)]
)
ModulesBody = Annotated[dict[str, ModuleBody], Field(min_length=1, max_length=20)]


class EvaluateBody(Body):
    """``POST /evaluate``."""

    modules: ModulesBody
    tasks: Annotated[list[str], Field(min_length=1, max_length=100_000)] | None = None
    feedback: bool = False


class ChatMessage(Body):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatBody(BaseModel):
    """``POST /v1/chat/completions``: OpenAI's form; sampling settings are the backbone's own and are ignored here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: Role
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1_000)]
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    n: Literal[1] = 1
    stream: Literal[False] = False
    tools: None = None


class Unusable(Exception):
    """What a program sent or left cannot be used; the message says why, in a line."""


_MODULES: TypeAdapter[dict[str, str | list[ToolBody]]] = TypeAdapter(ModulesBody)


def read_modules(body: Mapping[str, Any] | str | bytes, initial: Modules) -> Modules:
    """Return the initial modules with those of the body in the place of the trainable ones.

    Raises
    ------
    Unusable
        If a module is unknown, fixed, or of another kind.
    """
    try:
        parts = _MODULES.validate_json(body) if isinstance(body, str | bytes) else _MODULES.validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise Unusable(f"{'.'.join(['modules', *map(str, first['loc'][:3])])}: {first['msg']}") from None
    modules = initial
    for name, part in parts.items():
        if name not in initial.trainable:
            raise Unusable(
                f"modules.{name}: not a trainable module; the trainable ones are {', '.join(initial.trainable)}"
            )
        made = _module(part)
        if made.kind != initial[name].kind:
            raise Unusable(f"modules.{name}: is a {made.kind}; the agent has a {initial[name].kind} there")
        modules = modules.with_module(name, made)
    return modules


def _module(part: str | list[ToolBody]) -> Module:
    if isinstance(part, str):
        return Instruction(part)
    return Toolbox(tuple(Tool(one.name, one.description, parameters=one.parameters, source=one.source) for one in part))


def written(modules: Modules) -> dict[str, Any]:
    """Return the trainable modules as JSON, the form that `read_modules` reads; each tool with its library."""
    return {name: _written(modules[name]) for name in modules.trainable}


def _written(module: Module) -> str | list[dict[str, Any]]:
    if isinstance(module, Instruction):
        return module.text
    return [
        {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
            "source": module.code(tool),
        }
        for tool in module.tools
    ]
