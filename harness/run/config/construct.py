"""Objects from config nodes: nested parts too, arguments checked, the resolver asked before any import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError, HarnessError, left
from harness.run.config.arguments import check_names, check_value, hints, parameters, takes_text
from harness.run.config.registry import PART_GROUPS, Resolver, named, registered
from harness.run.config.shown import shown

TARGET, PARTIAL = "_target_", "_partial_"
FOR_THE_HARNESS = ("name", "initial_module")
"""Keys of `env` and `method` that the constructor does not get."""

DEEPEST = 20
"""Levels of parts within parts; deeper ones are a mistake, or an attack."""


def construct(where: str, node: Mapping[str, Any], *, resolver: Resolver, depth: int = 0) -> Any:
    """Return the object that a config node describes.

    Parameters
    ----------
    node
        ``_target_`` (a registered name or ``module.Class``) and the arguments of its constructor, which may be nodes
        themselves. ``_partial_: true`` leaves the rest of the arguments to the caller.
    resolver
        Decides what may be imported.

    Raises
    ------
    ConfigError
        If a part may not be named, cannot be imported, or does not take what it is given.
    """
    if depth > DEEPEST:
        raise ConfigError(f"{where}: parts within parts, more than {DEEPEST} levels deep")
    target = node.get(TARGET)
    if target is None:
        group = where.partition(".")[0]
        raise ConfigError(
            f"{where}: no _target_; choose one ({group}=NAME) or name a class ({group}._target_=module.Class)"
        )
    factory = resolver.factory(where, target)
    given = arguments(where, node)
    check_names(where, factory, given=given, partial=bool(node.get(PARTIAL)))
    known = hints(factory)
    built = {}
    for name, value in given.items():
        at = f"{where}.{name}"
        built[name] = _built(at, _looked_up(at, value, hint=known.get(name)), resolver=resolver, depth=depth + 1)
        check_value(at, known.get(name), value=built[name])
    if node.get(PARTIAL):
        return partial(factory, **built)
    try:
        return factory(**built)
    except HarnessError:
        raise
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where} ({target}): {error}") from error
    except OSError as error:
        raise ConfigError(f"{where} ({target}): {shown(str(error), 300)}") from error
    except SystemExit as leaving:
        raise left(f"{where} ({target})", leaving) from None


def arguments(where: str, node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a config node goes to the constructor."""
    kept = () if "." in where else FOR_THE_HARNESS
    return {str(key): value for key, value in node.items() if key not in (TARGET, PARTIAL, *kept)}


def defaults(factory: Callable[..., Any]) -> dict[str, Any]:
    """Return the plain default values of a constructor; parts among them are left out."""
    return {
        name: parameter.default
        for name, parameter in parameters(factory).items()
        if parameter.default is not parameter.empty and _plain(parameter.default)
    }


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    if isinstance(value, Mapping):
        return all(map(_plain, value.values()))
    return value is None or isinstance(value, str | int | float | bool | Path)


def _built(where: str, value: Any, *, resolver: Resolver, depth: int) -> Any:
    if isinstance(value, Mapping):
        if TARGET in value:
            return construct(where, value, resolver=resolver, depth=depth)
        return {
            key: _built(f"{where}.{key}", inner, resolver=resolver, depth=depth + 1) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [
            _built(f"{where}.{number}", inner, resolver=resolver, depth=depth + 1) for number, inner in enumerate(value)
        ]
    return value


def _looked_up(where: str, value: Any, *, hint: Any) -> Any:
    """Return the node that a registered name stands for: ``method.cluster=kmeans``."""
    group = where.rpartition(".")[2]
    if not isinstance(value, str) or group not in PART_GROUPS or takes_text(hint):
        return value
    if named(group, value) is None:
        raise ConfigError(f"{where}={value}: no such {group}; choose one of {', '.join(registered(group))}")
    return {TARGET: value, PARTIAL: True}
