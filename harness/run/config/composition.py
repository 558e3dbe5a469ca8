"""The typed door to a run's settings: words of the command line, composed by Hydra.

`harness.run.config.recorded` is the other door: the config of a record, which is data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.core.errors import ConfigError, HarnessError
from harness.run.config.explaining import beyond_bounds, in_a_line
from harness.run.config.overrides import normalise, refuse_options, without_folders
from harness.run.config.presets import GROUPS, conf_dir, no_yaml, plugins
from harness.run.config.settings import Settings, read_settings
from harness.run.config.typed import completed

if TYPE_CHECKING:
    from omegaconf import DictConfig


def compose(words: Sequence[str]) -> Settings:
    """Return the settings of a command line.

    Raises
    ------
    ConfigError
        If a word is wrong: one line with the nearest setting.
    """
    from hydra import compose as composed
    from hydra import initialize_config_dir

    refuse_options(without_folders(words)[0])
    with explained(words):
        add_plugins()
        normal = normalise(words)
        with initialize_config_dir(config_dir=str(conf_dir()), version_base="1.3", job_name="harness"):
            config = composed("config", overrides=normal)
    return settings_of(config)


def settings_of(config: DictConfig) -> Settings:
    """Return the settings of what Hydra composed, here or in the process of a sweep's job."""
    return read_settings(completed({key: value for key, value in plain(config).items() if key != "hydra"}))


@contextmanager
def explained(words: Sequence[str]) -> Iterator[None]:
    """Turn Hydra's errors into one line about the words."""
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        yield
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(in_a_line(error, words)) from None
    except (OSError, ValueError, YAMLError) as error:
        if beyond_bounds(error):
            raise ConfigError(in_a_line(error, words)) from None
        if isinstance(error, YAMLError | UnicodeDecodeError):
            raise ConfigError(f"a preset cannot be read: {no_yaml(error)}") from None
        raise


def plain(config: DictConfig) -> dict[str, Any]:
    """Return a composed config, resolved, as plain Python."""
    from omegaconf import OmegaConf, open_dict
    from omegaconf.errors import OmegaConfBaseException

    with open_dict(config):
        config.pop("hydra", None)
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


def own_presets(config: Mapping[str, Any]) -> list[Path]:
    """Return the folders with the user's presets that a composed config names."""
    return [Path(folder) for folder in config.get("own_presets") or ()]
