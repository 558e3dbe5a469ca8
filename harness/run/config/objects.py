"""Objects as settings: ``harness.run(method=MyMethod(step=2), env=MyEnv())``.

An object becomes the words that a person would type: the path of its class, and each argument of the constructor whose
value is not the default, read from the attribute of the same name (what dataclasses do). A run is rebuilt from these
words when it is resumed or replayed, so an object that they do not describe is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.core.errors import ConfigError
from harness.run.config.arguments import parameters

PLAIN = (str, int, float, bool, type(None), Path)


def is_object(value: object) -> bool:
    """Return whether a value is an object to run, in place of a name or plain settings."""
    return not isinstance(value, (*PLAIN, Mapping, list, tuple))


def object_words(where: str, made: object) -> list[str]:
    """Return the words of the command line that build an equal object.

    Parameters
    ----------
    where
        ``method`` or ``env``.

    Raises
    ------
    ConfigError
        If the object cannot be identified: its class is not at the top level of a module, or an argument of its
        constructor is no attribute with a plain value.
    """
    kind = type(made)
    if isinstance(made, type):
        raise ConfigError(f"{where}: {made.__name__} is a class; pass an object: {made.__name__}()")
    if getattr(sys.modules.get(kind.__module__), kind.__qualname__, None) is not kind:
        raise ConfigError(
            f"{where}: {kind.__qualname__} cannot be identified: define the class at the top level of a module or a "
            "notebook cell"
        )
    words = [f"{where}._target_={kind.__module__}.{kind.__qualname__}"]
    for name, parameter in parameters(kind).items():
        if not hasattr(made, name):
            raise ConfigError(f"{where}: {kind.__name__} cannot be identified: {_advice(name)}")
        value = getattr(made, name)
        if value is parameter.default or (type(value) is type(parameter.default) and value == parameter.default):
            continue
        words.append(f"{where}.{name}={_written(where, kind, name=name, value=value)}")
    return words


def check_rebuilt(where: str, made: object, *, rebuilt: object) -> None:
    """Refuse an object that differs from the one that its words build.

    Raises
    ------
    ConfigError
        With the first attribute that differs.
    """
    here, there = (getattr(one, "__dict__", {}) for one in (made, rebuilt))
    for name in dict.fromkeys((*here, *there)):
        same = name in here and name in there and (not _is_plain(here[name]) or here[name] == there[name])
        if not same:
            raise ConfigError(
                f"{where}: {type(made).__name__} cannot be identified: its attribute {name!r} does not follow from "
                "the arguments of the constructor; make it one of them"
            )


def _advice(name: str) -> str:
    return f"keep the argument {name!r} of the constructor as an attribute of that name, as dataclasses do"


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    return isinstance(value, PLAIN)


def _written(where: str, kind: type, *, name: str, value: object) -> str:
    if not _is_plain(value):
        raise ConfigError(
            f"{where}: {kind.__name__} cannot be identified: {name} is a {type(value).__name__}, not a plain value "
            f"(text, number, list, mapping); choose it by name instead: {where}={where}-NAME {where}.{name}=NAME"
        )
    return _quoted(value)


def _quoted(value: object) -> str:
    """Return a plain value in the grammar of overrides."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_quoted(key)}:{_quoted(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(_quoted, value)) + "]"
    text = str(value)
    if "\\" in text or "${" in text:
        raise ConfigError(f"{text[:40]!r}: text with a backslash or ${{ cannot be a setting; keep it in the class")
    return "'" + text.replace("'", "\\'") + "'"
