"""What Hydra composes: plugins that take part, the result as plain Python, and errors in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from harness.core.errors import ConfigError, HarnessError
from harness.run.config.presets import GROUPS, conf_dir, options, plugins

if TYPE_CHECKING:
    from omegaconf import DictConfig


def plain(config: DictConfig) -> dict[str, Any]:
    """Return a composed config, resolved, as plain Python."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        plain = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(str(error).splitlines()[0]) from None
    if not isinstance(plain, dict):
        raise HarnessError("the config is not a mapping")
    return {str(key): value for key, value in plain.items()}


def add_plugins() -> None:
    """Let Hydra know the environments and methods that other packages bring."""
    from hydra.core.config_store import ConfigStore
    from omegaconf import OmegaConf

    store = ConfigStore.instance()
    for group in GROUPS:
        for name, target in plugins(group).items():
            node = OmegaConf.load(conf_dir() / group / "custom.yaml")
            own = node.env if group == "env" else node
            own._target_, own.name = target, name
            store.store(group=group, name=name, node=node, package="_global_" if group == "env" else None)


def in_a_line(error: Exception, words: Sequence[str]) -> str:
    """Say what is wrong with the words in one line, with what could stand there instead."""
    for word in words:
        group, equals, name = word.lstrip("+").partition("=")
        known = options(group) if equals else []
        missing = [one for one in name.split(",") if one not in known]
        if known and missing:
            return f"{group}={missing[0]}: there is no such {group}; choose one of {', '.join(known)}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    return f"{line.rstrip('.')}{_near(line)}; `python -m harness --help` lists settings, --cfg job prints them all"


def _near(line: str) -> str:
    """Return the setting that is nearest to the one that Hydra could not override, as a question."""
    unknown = re.match(r"Could not override '([\w.]+)'", line)
    if unknown is None:
        return ""
    group, _, name = unknown[1].rpartition(".")
    near = get_close_matches(name, _settings(group), n=1)
    whole = ".".join([*filter(None, [group]), *near])
    return f": did you mean {whole!r}?" if near and whole != unknown[1] else ""


def _settings(group: str) -> list[str]:
    """Return the names of settings: of a group, in any of its presets; of the config itself where it is empty."""
    from omegaconf import DictConfig, OmegaConf

    if not group:
        return [*GROUPS, *map(str, OmegaConf.load(conf_dir() / "config.yaml"))]
    names: dict[str, None] = {}
    for path in sorted((conf_dir() / group).glob("*.yaml")):
        preset = OmegaConf.load(path)
        if isinstance(preset, DictConfig):
            names |= dict.fromkeys(map(str, preset.get(group, preset)))
    return list(names)
