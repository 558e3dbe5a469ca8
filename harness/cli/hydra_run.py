"""A command line without a subcommand: one run, a sweep with ``-m``, or one of Hydra's own options."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.cli.exits import refusing_exits
from harness.cli.sweep.launch import is_sweep, run_sweep
from harness.run.config.overrides import normalise, options_last, without_folders

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from harness.run.config.settings import Settings


def run_hydra(words: Sequence[str]) -> int:
    """Do what a command line asks for; return the exit code."""
    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come to us, and we report them in one line
    plain, _ = without_folders(words)
    if is_sweep(plain):
        with refusing_exits():
            return run_sweep(words)
    if any(word.startswith("-") for word in plain):
        return _hydras_own(words)
    from harness.cli.run_one import run_one
    from harness.run.config.composition import compose

    with refusing_exits():
        return run_one(compose(words), words)


def _hydras_own(words: Sequence[str]) -> int:
    """Let Hydra answer its own options: `--cfg job`, `--info`, `--shell-completion`."""
    import hydra

    from harness.cli.run_one import run_one
    from harness.run.config.composition import add_plugins, explained, settings_of
    from harness.run.config.presets import conf_dir

    add_plugins()
    composed: list[Settings] = []

    def one(config: DictConfig) -> None:
        composed.append(settings_of(config))

    program = hydra.main(config_path=str(conf_dir()), config_name="config", version_base="1.3")(one)
    before = sys.argv
    with explained(words):
        sys.argv = [sys.argv[0], *options_last(normalise(words))]
        try:
            program()
        finally:
            sys.argv = before
    with refusing_exits():
        return max((run_one(settings, words) for settings in composed), default=0)
