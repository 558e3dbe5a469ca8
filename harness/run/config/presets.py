"""The config groups: where they lie, and what they offer, read without Hydra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError
from harness.run.config.paths import path_problem
from harness.run.config.shown import shown

GROUPS = {"env": "harness.environments", "method": "harness.methods"}
"""Config groups that a package may add to by entry points, and the names of those."""


def conf_dir() -> Path:
    """Return the folder of the packaged config, in a checkout and in an installed wheel alike."""
    return Path(__file__).resolve().parents[3] / "conf"


def options(group: str, own: Sequence[Path] = ()) -> list[str]:
    """Return the names that `group=NAME` takes, in order.

    Parameters
    ----------
    own
        Folders with presets of the user's (`--config-dir`).
    """
    files = {path.stem for folder in (conf_dir(), *own) for path in (folder / group).glob("*.yaml")}
    return sorted(files | set(plugins(group)))


@lru_cache(maxsize=8)
def plugins(group: str) -> dict[str, str]:
    """Return what other packages add to a group by entry points: name to dotted path of the class."""
    if group not in GROUPS:
        return {}
    return {point.name: point.value.replace(":", ".") for point in entry_points(group=GROUPS[group])}


def load_backbone(name: str, own: Sequence[Path] = ()) -> Mapping[str, Any] | None:
    """Return a backbone preset as a mapping, or None if there is no such preset.

    Raises
    ------
    ConfigError
        If its file is no YAML.
    """
    from omegaconf import DictConfig, OmegaConf
    from yaml import YAMLError

    if "/" in name or path_problem(f"{name}.yaml"):
        return None
    path = next((p for d in (conf_dir(), *own) if (p := d / "backbone" / f"{name}.yaml").is_file()), None)
    if path is None:
        return None
    try:
        preset = OmegaConf.load(path)
    except (YAMLError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {no_yaml(error)}") from None
    content = OmegaConf.to_container(preset, resolve=False) if isinstance(preset, DictConfig) else {}
    assert isinstance(content, dict)
    return {str(key): value for key, value in content.items()}


def no_yaml(error: Exception) -> str:
    """Return what is wrong with the file of a preset, in one line."""
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else shown(" ".join(str(error).split()), 300)
