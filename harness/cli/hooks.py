"""What environments bring for the command line: functions of modules beside their class, found by their preset."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from harness.run.config.presets import conf_dir


def of_environment(env: str, module: str, *, name: str) -> Callable[..., Any] | None:
    """Return the function `name` of the module `module` in the package that an environment's preset names, if any."""
    from omegaconf import OmegaConf

    path = conf_dir() / "env" / f"{env}.yaml"
    target = OmegaConf.select(OmegaConf.load(path), "env._target_", default=None) if path.exists() else None
    if target is None:
        return None
    where = ".".join([*str(target).split(".")[:-2], module])
    if find_spec(where) is None:
        return None
    found: Callable[..., Any] = getattr(import_module(where), name)
    return found
