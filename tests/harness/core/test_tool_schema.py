"""A tool joins a toolbox only with a declaration that every provider takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.tool_schema import schema_problem, tool_problem


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


@pytest.mark.parametrize(
    "parameters",
    [
        of(),
        of(path={"type": "string", "description": "a file"}),
        of(rows={"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
        of(unit={"type": "string", "enum": ["km", "m"]}, n={"type": ["integer", "null"], "default": 3}),
        of(either={"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        of(table={"type": "object", "additionalProperties": {"type": "number"}}),
    ],
)
def test_what_all_providers_take_passes(parameters: dict[str, Any]) -> None:
    assert schema_problem(parameters) is None


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        (None, "an object"),
        ([], "an object"),
        ({"properties": {}}, 'type "object"'),
        ({"type": "array"}, 'type "object"'),
        ({**of(), "anyOf": [{"type": "object"}]}, "at its top"),
        (of(xs={"type": "array"}), "`items`"),
        (of(xs={"type": "array", "items": {}}), "no `type`"),
        (of(xs={"type": "array", "items": [{"type": "string"}]}), "`items`"),
        (of(x={"type": "list"}), "the type list is none of"),
        (of(x={"type": "any"}), "the type any is none of"),
        (of(x={"type": {}}), "is none of"),
        (of(x={"type": [{}]}), "is none of"),
        (of(x={"type": []}), "is none of"),
        (of(x={}), "no `type`"),
        (of(x=3), "must map each name"),
        (of(x={"type": "object", "properties": {"y": {"type": "str"}}}), "the parameter 'x'.y: the type str"),
        (of(x={"anyOf": []}), "must list schemas"),
        (of(x={"anyOf": [{"type": "string"}, 3]}), "anyOf[1] must be a schema"),
        (of(x={"$ref": "#/defs/x"}), "$ref"),
        (of(x={"type": "string", "enum": []}), "at least one"),
        (of(x={"type": "string", "enum": "ab"}), "at least one"),
        (of(x={"type": "string", "description": ["a"]}), "must be a text"),
        (of(**{"a b": {"type": "string"}}), "must be a name"),
        ({**of(), "required": [{"name": "path"}]}, "must list names"),
        ({**of(), "required": "path"}, "must list names"),
        ({**of(), "required": None}, "must list names"),
        ({**of(), "required": ["path"]}, "is none"),
        (of(x=nested(20)), "levels of schemas"),
        (of(x=nested(500)), "nested more than"),
        (of(x={"type": "number", "default": float("nan")}), "not finite"),
        (of(x={"type": "string", "default": "\ud800"}), "surrogate"),
        (of(x={"type": "integer", "default": 10**30}), "64 bits"),
        (of(x={"type": "string", "default": {1, 2}}), "holds a set"),
    ],
)
def test_what_some_provider_refuses_is_named(parameters: object, says: str) -> None:
    assert says in str(schema_problem(parameters))


@pytest.mark.parametrize(
    ("name", "description", "says"),
    [("search web", "", "letters"), ("", "", "letters"), ("a" * 65, "", "letters"), ("f", "x" * 2000, "2,000 letters")],
)
def test_name_and_description_have_limits_too(name: str, description: str, says: str) -> None:
    assert says in str(tool_problem(name, description, parameters=of()))


KEYS = st.sampled_from(["type", "properties", "required", "items", "enum", "anyOf", "default", "$ref", "description"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(["object"])
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(parameters=ANY)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_value_gets_a_verdict(parameters: object) -> None:
    problem = schema_problem(parameters)
    assert problem is None or "\n" not in problem
