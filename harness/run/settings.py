"""The settings of a run: the resolved config, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.errors import ConfigError


class Section(BaseModel):
    """A frozen part of the settings that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Roles(Section):
    """How evaluator, optimizer and merger are asked.

    Attributes
    ----------
    tries
        How often a role is asked before its answer counts as unreadable.
    on_failure
        ``keep`` keeps the old module then, and the record says so; ``raise`` stops the run.
    prompts
        A folder of one's own templates (ROLE.KIND.j2).
    """

    tries: int = Field(default=3, ge=1)
    on_failure: Literal["keep", "raise"] = "keep"
    prompts: Path | None = None


class Retries(Section):
    """How patiently a failed call is tried again: tries, and seconds of the first and the longest wait."""

    tries: int = Field(default=6, ge=1)
    first: float = Field(default=1.0, ge=0)
    longest: float = Field(default=120.0, ge=0)


class Settings(Section):
    """What a run is told. See `conf/config.yaml` for the words.

    `method`, `env` and `backbone` are the chosen config groups, resolved.
    """

    method: dict[str, Any]
    env: dict[str, Any]
    backbone: dict[str, Any]
    seed: int = 0
    data_seed: int = 0
    trials: int = Field(default=1, ge=1)
    baseline: bool = True
    validation_size: int = Field(default=0, ge=0)
    roles: Roles = Roles()
    retries: Retries = Retries()
    concurrency: int = Field(default=64, ge=1)
    fresh: bool = False
    results_dir: Path = Path("results")
    tracking: dict[str, Any] = Field(default_factory=dict)

    @property
    def env_name(self) -> str:
        """The environment's name in folders and tables."""
        return _name("env", self.env)

    @property
    def method_name(self) -> str:
        """The method's name in folders and tables."""
        return _name("method", self.method)


def read_settings(config: Mapping[str, Any]) -> Settings:
    """Check a resolved config.

    Raises
    ------
    ConfigError
        If a value is of the wrong kind or out of range, or a key is unknown: one line with its name.
    """
    shared = {key: value for key, value in config.items() if key in Settings.model_fields}
    unknown = sorted(set(config) - set(Settings.model_fields) - BUILDING_BLOCKS)
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]!r}: `python -m harness --help` lists what there is")
    try:
        return Settings.model_validate(shared)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{where}={first['input']!r}: {first['msg']}") from None


BUILDING_BLOCKS = {"protocol", "partition", "cluster", "experiment"}
"""Config nodes that others refer to; they are part of a run only where `method` or `backbone` takes them up."""


def _name(group: str, config: Mapping[str, Any]) -> str:
    name = config.get("name") or str(config.get("_target_", group)).rpartition(".")[2].lower()
    if not isinstance(name, str) or not name or any(c in name for c in "/\\\0") or name.startswith("."):
        raise ConfigError(f"{group}.name={name!r} cannot be the name of a folder")
    return name
