"""The recorded door to a run's settings: the config of a record is data.

It is read by typed models, without Hydra. ``${...}`` in it is text. Only registered parts, and classes that the user
trusts by name, may be built from it, which is checked here, before anything is imported. What it says of files,
servers and variables of another machine is dropped: nothing of it is opened, asked or read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError
from harness.run.config.construct import DEEPEST, TARGET
from harness.run.config.earlier import modern
from harness.run.config.registry import Resolver
from harness.run.config.settings import Settings, read_settings

PLACES = ("results_dir", "fresh", "tracking", "share", "concurrency", "retries", "timeouts", "executor")
"""Settings that say where and how a machine worked; a repetition takes this machine's."""

LARGEST = 1_000_000
"""Of numbers in `method` and `env`, seeds excepted: a record cannot ask for more work than a benchmark takes."""


@dataclass(frozen=True)
class Local:
    """What of this machine a recorded run may use, as its user says.

    Attributes
    ----------
    data_dir
        Where the environment's data lies here.
    prompts
        A folder with the templates that it was run with.
    learned
        A file of modules, for runs that measure modules.
    """

    data_dir: Path | None = None
    prompts: Path | None = None
    learned: Path | None = None


def recorded_settings(
    config: Mapping[str, Any],
    *,
    results_dir: Path,
    trusted: Collection[str] = (),
    local: Local | None = None,
) -> tuple[Settings, Resolver]:
    """Return the settings of a recorded config, and the resolver of what may be built from it.

    Raises
    ------
    ConfigError
        If it is no config of this version or the last, or names a class that is neither registered nor trusted.
    """
    here = local or Local()
    resolver = Resolver(trusted)
    kept = {key: value for key, value in modern(config).items() if key not in PLACES}
    for group in ("method", "env", "embedding"):
        node = kept.get(group)
        if not isinstance(node, Mapping):
            raise ConfigError(f"{group} of the recorded config is not a mapping")
        for where, name in _targets(group, node):
            resolver.part(where, name)
        _bounded(group, node)
    kept["env"] = {**kept["env"], "initial_module": None}
    if here.data_dir is not None or kept["env"].get("data_dir") is not None:
        kept["env"]["data_dir"] = None if here.data_dir is None else str(here.data_dir)
    if "learned" in kept["method"]:
        kept["method"] = {**kept["method"], "learned": str(here.learned or "")}
    kept["roles"] = {**(kept.get("roles") or {}), "prompts": here.prompts}
    kept["budget"] = {**(kept.get("budget") or {}), **dict.fromkeys(("usd", "tokens", "minutes"))}
    kept["local"] = {}
    kept["backbone"] = _without_scripts(kept.get("backbone"))
    settings = read_settings({**kept, "results_dir": results_dir, "timeouts": {"task": None}})
    return settings, resolver


def _without_scripts(backbone: Any) -> Any:
    """Return a recorded backbone whose models name no script: a file or function of another machine."""
    if not isinstance(backbone, Mapping):
        return backbone
    kept = {name: _without_script(node) for name, node in backbone.items() if name != "script"}
    if isinstance(fields := kept.get("fields"), Mapping):
        kept["fields"] = {name: _without_script(node) for name, node in fields.items()}
    return kept


def _without_script(node: Any) -> Any:
    if not isinstance(node, Mapping) or not isinstance(options := node.get("options"), Mapping):
        return node
    return {**node, "options": {name: value for name, value in options.items() if name != "script"}}


def refuse_servers(settings: Settings, trusted: Collection[str]) -> None:
    """Refuse to ask a server that a recorded config names, or to send it the key of a variable that it names.

    Raises
    ------
    ConfigError
        Unless the user trusts the server, or the variable, by name.
    """
    models = {f"backbone.{name}": node for name, node in settings.backbone.items()}
    for where, node in {**models, "embedding": settings.embedding}.items():
        for name in ("api_base", "api_key_env"):
            value = node.get(name) if isinstance(node, Mapping) else None
            if value is not None and value not in trusted:
                raise ConfigError(
                    f"{where}.{name}={value}: this record names it; nothing was asked. "
                    f"If you trust its author, add --trust {value}"
                )


def _targets(where: str, node: Any, *, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every part that a node names, at every level."""
    if depth > DEEPEST:
        raise ConfigError(f"{where}: nested more than {DEEPEST} levels deep")
    if isinstance(node, Mapping):
        if TARGET in node:
            yield where, node[TARGET]
        for key, value in node.items():
            yield from _targets(f"{where}.{key}", value, depth=depth + 1)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _targets(f"{where}.{number}", value, depth=depth + 1)


def _bounded(where: str, node: Any) -> None:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if not str(key).endswith("seed"):
                _bounded(f"{where}.{key}", value)
    elif isinstance(node, list):
        for value in node:
            _bounded(where, value)
    elif isinstance(node, int | float) and not abs(node) <= LARGEST:
        raise ConfigError(f"{where}={str(node)[:20]}: at most {LARGEST:,} in a recorded config")
