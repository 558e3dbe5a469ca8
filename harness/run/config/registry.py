"""The parts that a config may name: by a registered name (``fgo``, ``kmeans``), or as ``module.Class``.

Registered are the shipped presets of `conf`, the harness's own methods, and what installed packages bring by entry
points. A registered name, not the path of a module, stands in records and in the run id, so that moving a file changes
no id.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from typing import Any

from harness.core.errors import ConfigError, left
from harness.run.config.presets import conf_dir, plugins

PART_GROUPS = ("method", "env", "partition", "cluster", "embedding")
"""Config groups whose presets name a class or a function."""

OWN = {
    "method": {
        "eval": "harness.run.checks.modules.Learned",
        "check-modules": "harness.run.checks.modules.ModuleCheck",
    }
}
"""Methods of the harness's own commands."""


@dataclass(frozen=True, slots=True)
class Part:
    """A registered part; `shipped` means that its version stands for its code."""

    name: str
    target: str
    shipped: bool


@lru_cache(maxsize=8)
def registered(group: str) -> dict[str, Part]:
    """Return the registered parts of a config group by name."""
    targets = {**_presets(group), **OWN.get(group, {})}
    parts = {name: Part(name, target, shipped=True) for name, target in targets.items()}
    return {name: Part(name, target, shipped=False) for name, target in plugins(group).items()} | parts


def _presets(group: str) -> dict[str, str]:
    from omegaconf import OmegaConf

    found = {}
    for path in sorted((conf_dir() / group).glob("*.yaml")):
        preset = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
        node = preset.get(group, preset) if isinstance(preset, dict) else None
        target = node.get("_target_") if isinstance(node, dict) else None
        if isinstance(target, str) and target != "???":
            found[path.stem] = target
    if group == "method" and "fgo" in found:  # `fgo_plus` builds on the preset `fgo`
        found.setdefault("fgo_plus", found["fgo"])
    return found


def named(group: str, name: str) -> Part | None:
    """Return the registered part of a name: of this config group, else of any other."""
    return next((registered(g)[name] for g in _groups(group) if name in registered(g)), None)


def name_of(group: str, target: str, *, own_name: object = None) -> str | None:
    """Return the registered name of a dotted path; where several presets share it, `own_name` decides."""
    for known in map(registered, _groups(group)):
        names = [part.name for part in known.values() if part.target == target]
        if names:
            return str(own_name) if own_name in names else names[0]
    return None


def _groups(first: str) -> list[str]:
    return sorted(PART_GROUPS, key=lambda group: group != first)


class Resolver:
    """Decides which parts a config may name, before anything is imported.

    Parameters
    ----------
    trusted
        Dotted paths that may be imported besides registered parts; None: any, since the user typed them.
    """

    def __init__(self, trusted: Collection[str] | None = None) -> None:
        self._trusted = trusted

    def part(self, where: str, name: object) -> Part:
        """Return what a config means by `name`.

        Raises
        ------
        ConfigError
            If the config may not name it.
        """
        group = where.rpartition(".")[2]
        if not isinstance(name, str):
            raise ConfigError(f"{where}._target_={name!r} is not a name; write a registered name or module.Class")
        known = named(group, name)
        if known is not None:
            return known
        registered_as = name_of(group, name)
        if registered_as is not None:
            return self.part(where, registered_as)
        if self._trusted is not None and name not in self._trusted:
            raise ConfigError(
                f"{where}._target_={name}: this record names a class that is neither shipped nor installed; "
                f"nothing was imported. If you trust its author, add --trust {name}"
            )
        return Part(name, name, shipped=False)

    def factory(self, where: str, name: object) -> Callable[..., Any]:
        """Return the class or function that a config names, imported.

        Raises
        ------
        ConfigError
            If the config may not name it, or it cannot be imported.
        """
        target = self.part(where, name).target
        module, _, attribute = target.rpartition(".")
        try:
            found: Any = getattr(import_module(module), attribute) if module else None
        except Exception as error:  # whatever the import of someone's own module runs into
            reason = f"{type(error).__name__}: {_first_line(error)}"
            hint = _nearest(module, attribute) if isinstance(error, AttributeError) else ""
            raise ConfigError(f"{where}._target_={name}: cannot be imported ({reason}){hint}") from error
        except SystemExit as leaving:
            raise left(f"{where}._target_={name}: its module", leaving) from None
        if not callable(found):
            raise ConfigError(f"{where}._target_={name}: is not a class; write module.Class")
        made: Callable[..., Any] = found
        return made


TYPED = Resolver()
"""For what a user typed: any class may be named."""


def _nearest(module: str, attribute: str) -> str:
    """Return the class of a module whose name is nearest to one that it lacks, as a question."""
    imported = sys.modules.get(module)
    there = [name for name, value in vars(imported).items() if isinstance(value, type)] if imported else []
    near = get_close_matches(attribute, there, n=1)
    return f"; did you mean {module}.{near[0]}?" if near else ""


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
