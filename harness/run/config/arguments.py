"""Arguments of a part, held against the signature and the annotations of its constructor."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from harness.core.errors import ConfigError
from harness.run.config.paths import path_problem

KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false", type(None): "null"}
PLAIN = (int, float, str, bool, type(None), Path)

COMPARABLE = ("steps", "subsets", "batch_size")
"""Settings that a method of one's own takes from the environment's protocol where it needs them and has none."""


def parameters(factory: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the parameters that a constructor names; empty where it cannot be inspected."""
    try:
        found = inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return {}
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {name: parameter for name, parameter in found.items() if parameter.kind not in variadic}


def takes_any(factory: Callable[..., Any]) -> bool:
    """Return whether a constructor takes arguments of any name."""
    try:
        found = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in found)


def hints(factory: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the evaluated annotations of a constructor; empty where one cannot be evaluated."""
    try:
        function = factory.__init__ if inspect.isclass(factory) else factory
        return get_type_hints(function, include_extras=True)
    except Exception:  # annotations are evaluated in someone's own module
        return {}


def check_names(where: str, factory: Callable[..., Any], *, given: Mapping[str, Any], partial: bool = False) -> None:
    """Refuse arguments that the constructor does not take, and name those that it needs.

    Raises
    ------
    ConfigError
        In one line, with the words to type.
    """
    known = parameters(factory)
    for name, value in given.items():
        if name not in known and (not takes_any(factory) or name.startswith("_")):
            raise ConfigError(
                f"{where}.{name}: no such setting; {_nearest(where, name, value=value, known=list(known))}"
            )
    if partial:
        return
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in given:
            raise ConfigError(f"{where}.{name} is missing: add {where}.{name}=VALUE")


def _nearest(where: str, name: str, *, value: Any, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    has = f"{where} takes {', '.join(known)}" if known else f"{where} takes no settings"
    written = value if isinstance(value, str | int | float) else "VALUE"
    if where == "method" and name in COMPARABLE:
        return f"{has}. In a sweep write protocol.{name}={written}: it reaches every method that has it"
    return f"did you mean '{where}.{near[0]}'? Write {where}.{near[0]}={written}" if near else has


def check_value(where: str, hint: Any, *, value: Any) -> None:
    """Refuse a value that does not fit the annotation; only plain annotations (numbers, text, choices) are checked.

    Raises
    ------
    ConfigError
        In one line, with the choices there are.
    """
    members = _members(hint)
    plain = [member for member in members if _is_plain(member)]
    if Any in members or object in members or not members:
        return
    if len(plain) < len(members) and not isinstance(value, str | int | float):
        return  # a part, built by now
    if any(_fits(member, value) for member in plain):
        return
    choices = [str(choice) for member in plain if get_origin(member) is Literal for choice in get_args(member)]
    kinds = [KINDS[member] for member in plain if member in KINDS and member is not type(None)]
    kinds += [_said(member, value) for member in plain if get_origin(member) is Annotated]
    kinds += [_shape(member) for member in members if member not in plain]
    if choices and not kinds:
        raise ConfigError(f"{where}={_written(value)}: choose one of {', '.join(choices)}")
    allowed = " or ".join(dict.fromkeys([*choices, *kinds]))
    raise ConfigError(f"{where}={_written(value)}: must be {allowed}")


def _shape(hint: Any) -> str:
    """Return what a setting that is no plain value looks like on a command line."""
    kind = get_origin(hint) or hint
    if inspect.isclass(kind) and issubclass(kind, Mapping):
        return "a mapping, such as '{name: value}'"
    if inspect.isclass(kind) and issubclass(kind, Collection):
        return "a list, such as '[one,two]'"
    return "a part: a name of its own group, or a mapping with _target_"


def takes_text(hint: Any) -> bool:
    """Return whether an annotation admits text."""
    members = _members(hint)
    return not members or any(m in (str, Any, object) or get_origin(m) is Literal for m in members)


def _members(hint: Any) -> list[Any]:
    if hint is None or hint is inspect.Parameter.empty:
        return []
    if get_origin(hint) in (Union, types.UnionType):
        return [member for part in get_args(hint) for member in _members(part)]
    return [hint]


def _is_plain(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return all(_is_plain(member) for member in _members(get_args(hint)[0]))
    return hint in PLAIN or get_origin(hint) is Literal


def _fits(hint: Any, value: Any) -> bool:
    if hint is Path:
        return isinstance(value, str | Path) and not path_problem(str(value))
    try:
        TypeAdapter(hint, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError:
        return False
    return True


def _said(hint: Any, value: Any) -> str:
    try:
        TypeAdapter(hint, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).removeprefix("Input should be ")
    return ""


def _written(value: Any) -> str:
    """Return a value as people type it."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
