"""The config groups: where they lie, and what they offer, read without Hydra."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

GROUPS = {"env": "harness.environments", "method": "harness.methods"}
"""Config groups that a package may add to by entry points, and the names of those."""


def conf_dir() -> Path:
    """Return the folder of the packaged config, in a checkout and in an installed wheel alike."""
    return Path(__file__).resolve().parents[3] / "conf"


def options(group: str) -> list[str]:
    """Return the names that `group=NAME` takes, in order."""
    return sorted({path.stem for path in (conf_dir() / group).glob("*.yaml")} | set(plugins(group)))


@lru_cache(maxsize=8)
def plugins(group: str) -> dict[str, str]:
    """Return what other packages add to a group by entry points: name to dotted path of the class."""
    if group not in GROUPS:
        return {}
    return {point.name: point.value.replace(":", ".") for point in entry_points(group=GROUPS[group])}


def preset_names() -> list[str]:
    """Return the names of the backbone presets."""
    return options("backbone")


def load_preset(name: str) -> Mapping[str, Any] | None:
    """Return a backbone preset as a mapping, or None if there is no such preset."""
    from omegaconf import DictConfig, OmegaConf

    path = conf_dir() / "backbone" / f"{name}.yaml"
    if not path.is_file():
        return None
    preset = OmegaConf.load(path)
    assert isinstance(preset, DictConfig)
    content = OmegaConf.to_container(preset, resolve=False)
    assert isinstance(content, dict)
    return {str(key): value for key, value in content.items()}
