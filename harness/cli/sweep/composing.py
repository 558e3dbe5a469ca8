"""Composing the jobs of a sweep: each config on its own, so that one that is wrong does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.cli.sweep.jobs import Job, expand, label, varying, without_presets
from harness.core.errors import ConfigError
from harness.run.config.presets import conf_dir, options

if TYPE_CHECKING:
    from hydra.plugins.launcher import Launcher
    from omegaconf import DictConfig


@dataclass(frozen=True)
class Sweep:
    """The jobs of a command.

    Attributes
    ----------
    head
        Lines for the person: the experiment's title, and what is skipped.
    master
        The config that the launcher is built from.
    configs
        Of the jobs that compose, by number.
    failed
        What is wrong with the others.
    """

    head: list[str]
    master: DictConfig
    jobs: list[Job]
    labels: list[str]
    configs: dict[int, DictConfig]
    failed: dict[int, str]


class Composer:
    """Hydra, initialised on the packaged config."""

    def __init__(self, hydra: Any) -> None:
        self._hydra = hydra

    @classmethod
    @contextmanager
    def begun(cls) -> Iterator[Composer]:
        """Initialise Hydra, and leave nothing of it behind."""
        from hydra import initialize_config_dir
        from hydra.core.global_hydra import GlobalHydra

        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir()), job_name="harness"):
            yield cls(GlobalHydra.instance().hydra)

    def sweep(self, words: Sequence[str]) -> Sweep:
        """Return the jobs of these words.

        Raises
        ------
        ConfigError
            If the experiment does not exist, or what is said to Hydra itself is wrong.
        """
        hydras = [word for word in words if word.lstrip("+~").startswith(("hydra.", "hydra/"))]
        chosen = [_existing(word) for word in words if word.startswith("experiment=")]
        ours = [word for word in words if word not in hydras and not word.startswith("experiment=")]
        folder = [word for word in ours if word.startswith("results_dir=")]
        master = self.compose([*hydras, *chosen, *folder])
        experiment = _plain(master.get("experiment"))
        jobs, skipped = without_presets(
            expand(ours, experiment), {group: options(group) for group in ("env", "method")} if experiment else {}
        )
        title = [f"{experiment.get('title', chosen[0])}: {len(jobs)} jobs", *skipped] if experiment else []
        keys = varying(jobs)
        labels = [label(job, keys) for job in jobs]
        jobs = [(*chosen, *job) for job in jobs]
        configs: dict[int, DictConfig] = {}
        failed: dict[int, str] = {}
        for number, job in enumerate(jobs):
            try:
                configs[number] = _ours(self.compose([*hydras, *job]))
            except ConfigError as error:
                failed[number] = str(error)
        return Sweep(title, master, jobs, labels, configs, failed)

    def compose(self, words: Sequence[str]) -> DictConfig:
        """Return the config of these words."""
        from hydra.errors import HydraException
        from hydra.types import RunMode
        from omegaconf.errors import OmegaConfBaseException

        from harness.run.config.composition import in_a_line

        try:
            config: DictConfig = self._hydra.compose_config(
                config_name="config", overrides=list(words), run_mode=RunMode.MULTIRUN, with_log_configuration=False
            )
        except (HydraException, OmegaConfBaseException) as error:
            raise ConfigError(in_a_line(error, words)) from None
        return config

    def launcher(self, master: DictConfig, task: Callable[[DictConfig], Any]) -> Launcher:
        """Return the launcher that the config chooses (`hydra/launcher`)."""
        from hydra._internal.callbacks import Callbacks
        from hydra.core.plugins import Plugins
        from hydra.types import HydraContext

        context = HydraContext(config_loader=self._hydra.config_loader, callbacks=Callbacks(master))
        return Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=master)


def _existing(word: str) -> str:
    name = word.partition("=")[2]
    if name not in options("experiment"):
        known = ", ".join(options("experiment"))
        raise ConfigError(f"experiment={name}: there is no such experiment; choose one of {known}")
    return word


def _ours(config: DictConfig) -> DictConfig:
    from omegaconf import open_dict

    with open_dict(config):
        config.pop("hydra")
    return config


def _plain(node: Any) -> dict[str, Any]:
    from omegaconf import DictConfig, OmegaConf

    content = OmegaConf.to_container(node, resolve=False) if isinstance(node, DictConfig) else None
    return {str(key): value for key, value in content.items()} if isinstance(content, dict) else {}
