"""The jobs of a sweep, composed and checked before the first one runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.sweep.jobs import Job, expand, label, varying, without_presets
from harness.core.errors import ConfigError
from harness.run.config.composition import add_plugins, explained, settings_of
from harness.run.config.overrides import lexed, normalise, refuse_options, without_folders
from harness.run.config.presets import conf_dir, options
from harness.run.config.settings import Settings
from harness.run.config.shown import shown

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
    hydras
        Words for Hydra itself, which each job shares.
    typed
        The words of each job, as a person types them.
    jobs
        The same, as Hydra takes them.
    settings
        Of the jobs that compose, by number.
    failed
        What is wrong with the others.
    """

    head: list[str]
    master: DictConfig
    hydras: list[str]
    typed: list[Job]
    jobs: list[Job]
    labels: list[str]
    settings: dict[int, Settings]
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

        add_plugins()
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir()), job_name="harness"):
            yield cls(GlobalHydra.instance().hydra)

    def sweep(self, words: Sequence[str]) -> Sweep:
        """Return the jobs of these words.

        Raises
        ------
        ConfigError
            If the experiment does not exist, or what is said to Hydra itself is wrong.
        """
        plain, folders = without_folders(words)
        refuse_options(plain)
        own = [word for folder in folders for word in ("--config-dir", str(folder))]
        hydras = [word for word in plain if word.lstrip("+~").startswith(("hydra.", "hydra/"))]
        chosen = [_existing(word.lstrip("+"), folders) for word in plain if _is_experiment(word)]
        ours = lexed([word for word in plain if word not in hydras and not _is_experiment(word)])
        folder = [word for word in ours if word.startswith("results_dir=")]
        master = self.compose(normalise([*own, *hydras, *chosen, *folder]), words)
        experiment = _plain(master.get("experiment"))
        parts = self._parts(experiment, [*own, *hydras], folders=folders) or [(chosen, experiment)]
        groups = {group: options(group, folders) for group in ("env", "method")} if experiment else {}
        expanded = [(of, job) for of, part in parts for job in expand(ours, part)]
        kept, skipped = without_presets([job for _, job in expanded], groups)
        going = set(kept)
        listed = [(of, job) for of, job in expanded if job in going]
        keys = varying([job for _, job in listed])
        jobs: list[Job] = []
        words_typed: list[Job] = []
        labels: list[str] = []
        settings: dict[int, Settings] = {}
        failed: dict[int, str] = {}
        seen: list[Settings] = []
        for of, job in listed:
            typed = [*own, *of, *job]
            words_of, number = tuple(normalise(typed)), len(jobs)
            try:
                made = settings_of(self.compose([*hydras, *words_of], typed))
            except ConfigError as error:
                failed[number] = str(error)
            else:
                if len(parts) > 1 and made in seen:
                    continue
                seen.append(made)
                settings[number] = made
            jobs.append(words_of)
            words_typed.append(tuple(typed))
            labels.append(label(job, keys))
        title = [f"{experiment.get('title', chosen[0])}: {len(jobs)} jobs", *skipped] if experiment else []
        return Sweep(
            title, master, hydras=hydras, typed=words_typed, jobs=jobs, labels=labels, settings=settings, failed=failed
        )

    def _parts(
        self, experiment: Mapping[str, Any], own: Sequence[str], *, folders: Sequence[Path]
    ) -> list[tuple[list[str], dict[str, Any]]]:
        """Return the experiments that one includes: the word that chooses each, and what it says."""
        included = []
        for name in experiment.get("include") or ():
            word = [_existing(f"experiment={name}", folders)]
            part = _plain(self.compose(normalise([*own, *word]), word).get("experiment"))
            if part.get("include"):
                raise ConfigError(f"experiment={name} includes others; an experiment that is included cannot")
            included.append((word, part))
        return included

    def compose(self, words: Sequence[str], typed: Sequence[str]) -> DictConfig:
        """Return the config of these words; errors speak of those that were typed."""
        from hydra.types import RunMode

        with explained(typed):
            config: DictConfig = self._hydra.compose_config(
                config_name="config", overrides=list(words), run_mode=RunMode.MULTIRUN, with_log_configuration=False
            )
        return config

    def launcher(self, master: DictConfig, task: Callable[[DictConfig], Any]) -> Launcher:
        """Return the launcher that the config chooses (`hydra/launcher`)."""
        from hydra._internal.callbacks import Callbacks
        from hydra.core.plugins import Plugins
        from hydra.types import HydraContext

        context = HydraContext(config_loader=self._hydra.config_loader, callbacks=Callbacks(master))
        return Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=master)


def _is_experiment(word: str) -> bool:
    return word.lstrip("+").startswith("experiment=")


def _existing(word: str, folders: Sequence[Path]) -> str:
    name = word.partition("=")[2]
    known = options("experiment", folders)
    if name not in known:
        raise ConfigError(f"experiment={shown(name)}: there is no such experiment; choose one of {', '.join(known)}")
    return word


def _plain(node: Any) -> dict[str, Any]:
    from omegaconf import DictConfig, OmegaConf

    content = OmegaConf.to_container(node, resolve=False) if isinstance(node, DictConfig) else None
    return {str(key): value for key, value in content.items()} if isinstance(content, dict) else {}
