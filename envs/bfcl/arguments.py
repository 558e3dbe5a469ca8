"""Arguments that a model wrote, read as what they are: JSON of a stranger, held to types and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.model_json import UnreadableAnswer, read_object

MOST_LETTERS = 10_000
"""Of all arguments of a call."""

LARGEST = {"decimal_places": 1000, "exponent": 1000, "precision": 1000}
"""Arguments of the calculator whose size decides how long it computes."""

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    # The ground truth gives a text where an id is documented as an integer (close_ticket).
    "integer": (int, str),
    "float": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "dict": (dict,),
}


class Refused(Exception):
    """A call that is not carried out; the text says why, to the model."""


def read_arguments(text: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by name.

    Parameters
    ----------
    text
        The JSON that the model wrote.
    parameters
        What the package says of the tool's parameters.

    Raises
    ------
    Refused
        If they are no JSON object, too long, too large, of another type, missing or unknown.
    """
    if len(text) > MOST_LETTERS:
        raise Refused(f"the arguments are longer than {MOST_LETTERS:,} letters")
    try:
        arguments = read_object(text or "{}")
    except UnreadableAnswer as error:
        raise Refused(f"the arguments cannot be read: {error}") from None
    _check(arguments, parameters, "the arguments")
    return arguments


def _check(value: object, schema: Mapping[str, Any], where: str) -> None:
    kind = schema["type"]
    whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    if not (whole or isinstance(value, _KINDS[kind])) or (isinstance(value, bool) and kind != "boolean"):
        raise Refused(f"{where} must be of the type {kind}")
    if isinstance(value, dict):
        _check_names(value, schema, where)
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, schema.get("items", {"type": "string"}), f"{where}[{number}]")


def _check_names(value: Mapping[str, object], schema: Mapping[str, Any], where: str) -> None:
    properties, required = schema.get("properties", {}), schema.get("required", ())
    if lacking := [name for name in required if name not in value]:
        raise Refused(f"{where}: {', '.join(lacking)} must be given")
    for name, item in value.items():
        if name not in properties:
            raise Refused(f"{where}: there is no {name[:80]!r}; there are {', '.join(properties) or 'none'}")
        if item is None and name not in required:
            continue
        _check(item, properties[name], name)
        if isinstance(item, int | float) and abs(item) > LARGEST.get(name, float("inf")):
            raise Refused(f"{name} must lie between -{LARGEST[name]} and {LARGEST[name]}")
