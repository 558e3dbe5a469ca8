"""What Hydra composes: plugins that take part, the result as plain Python, and errors in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigError, HarnessError
from harness.presets import GROUPS, conf_dir, options, plugins

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
    return f"{line.rstrip('.')}; `python -m harness --help` lists settings, --cfg job prints them all"
