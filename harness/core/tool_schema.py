"""Whether a tool can be declared to every provider: the strictest one's rules, applied before any of them is asked.

A provider refuses the whole request where one declared tool breaks its rules, so that a single bad tool would silence
the agent. OpenAI wants an object with typed properties, arrays with `items` and short texts; Gemini wants known types
and `required` names that exist; Anthropic wants plain names and no combination of schemas at the top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.core.model_json import problem_of

MAX_DESCRIPTION = 1024
"""Letters of a tool's description that OpenAI takes."""
MAX_LEVELS = 8
MAX_PROPERTIES = 100

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_COMBINED = ("anyOf", "oneOf", "allOf", "not", "enum", "$ref", "if")
_LISTS = ("anyOf", "oneOf", "allOf")


def tool_problem(name: str, description: str, *, parameters: object) -> str | None:
    """Return why some provider would refuse this declaration of a tool, or None."""
    if not _NAME.fullmatch(name):
        return f"the name {name[:80]!r} must be up to 64 letters, digits and underscores, and begin with a letter"
    if len(description) > MAX_DESCRIPTION:
        return f"the description has {len(description):,} letters; at most {MAX_DESCRIPTION:,} are taken"
    return schema_problem(parameters)


def schema_problem(parameters: object) -> str | None:
    """Return why some provider would refuse a tool's parameters (a JSON Schema), or None."""
    if not isinstance(parameters, Mapping):
        return "the parameters must be a JSON Schema: an object"
    if (problem := problem_of(parameters)) is not None:
        return problem.replace("the JSON", "the schema", 1)
    if parameters.get("type") != "object":
        return 'the parameters must be a JSON Schema of type "object"'
    combined = next((word for word in _COMBINED if word in parameters), None)
    if combined is not None:
        return f"the schema must not have {combined!r} at its top"
    return _problem(parameters, "the schema", level=1)


def _problem(schema: Mapping[str, Any], where: str, *, level: int) -> str | None:
    if level > MAX_LEVELS:
        return f"{where}: more than {MAX_LEVELS} levels of schemas"
    for check in (_type_problem, _object_problem, _value_problem):
        if (problem := check(schema, where)) is not None:
            return problem
    for name, inner in _inner(schema, where):
        if not isinstance(inner, Mapping):
            return f"{name} must be a schema: an object"
        if (problem := _problem(inner, name, level=level + 1)) is not None:
            return problem
    return None


def _type_problem(schema: Mapping[str, Any], where: str) -> str | None:
    kind = schema.get("type")
    if "$ref" in schema:
        return f"{where}: '$ref' is not understood everywhere; write the schema in its place"
    if kind is None:
        return None if any(word in schema for word in _LISTS) else f"{where} has no `type`; one of {', '.join(_TYPES)}"
    kinds = kind if isinstance(kind, list | tuple) else [kind]
    if not kinds or any(not isinstance(each, str) or each not in _TYPES for each in kinds):
        return f"{where}: the type {str(kind)[:60]} is none of {', '.join(_TYPES)}"
    if "array" in kinds and not isinstance(schema.get("items"), Mapping):
        return f"{where} is an array: it needs `items`, the schema of its elements"
    return None


def _object_problem(schema: Mapping[str, Any], where: str) -> str | None:
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping) or not all(isinstance(value, Mapping) for value in properties.values()):
        return f"{where}: `properties` must map each name to its schema"
    if len(properties) > MAX_PROPERTIES:
        return f"{where} has {len(properties)} properties; at most {MAX_PROPERTIES} are taken"
    odd = next((name for name in properties if not _NAME.fullmatch(str(name))), None)
    if odd is not None:
        return f"{where}: the property {str(odd)[:80]!r} must be a name of letters, digits and underscores"
    required = schema.get("required", [])
    if not isinstance(required, list | tuple) or not all(isinstance(name, str) for name in required):
        return f"{where}: `required` must list names"
    missing = next((name for name in required if name not in properties), None)
    if missing is not None:
        return f"{where}: `required` must list names of its `properties`, and {missing[:80]!r} is none"
    return None


def _value_problem(schema: Mapping[str, Any], where: str) -> str | None:
    choices = schema.get("enum", ["any"])
    if not isinstance(choices, list | tuple) or not choices:
        return f"{where}: `enum` must list at least one value"
    if not isinstance(schema.get("description", ""), str):
        return f"{where}: `description` must be a text"
    if not isinstance(schema.get("additionalProperties", False), bool | Mapping):
        return f"{where}: `additionalProperties` must be true, false or a schema"
    combined = next((word for word in _LISTS if word in schema), None)
    if combined is not None and not (isinstance(schema[combined], list | tuple) and schema[combined]):
        return f"{where}: {combined!r} must list schemas"
    return None


def _inner(schema: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    top = where == "the schema"
    for name, value in schema.get("properties", {}).items():
        yield (f"the parameter {name!r}" if top else f"{where}.{name}"), value
    if "items" in schema:
        yield f"{where}: `items`", schema["items"]
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield f"{where}: `additionalProperties`", schema["additionalProperties"]
    for word in _LISTS:
        for number, value in enumerate(schema.get(word, ())):
            yield f"{where}: {word}[{number}]", value
