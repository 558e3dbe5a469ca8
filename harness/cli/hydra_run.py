"""A Hydra run: compose the config, then one run, or many with ``-m``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.cli.sweep.launch import is_sweep, run_sweep
from harness.cli.telling import told
from harness.core.errors import ConfigError, HarnessError
from harness.run.config.composition import add_plugins, in_a_line, plain
from harness.run.config.overrides import normalise
from harness.run.config.presets import conf_dir

if TYPE_CHECKING:
    from omegaconf import DictConfig


def run_hydra(words: Sequence[str]) -> int:
    """Compose the config from the words and run it; return the exit code."""
    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come to us, and we tell them in one line
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    add_plugins()
    normal = normalise(words)
    if is_sweep(normal):
        return run_sweep(normal)
    codes: list[int] = []

    def task(config: DictConfig) -> int:
        from harness.cli.run_one import run_one

        try:
            codes.append(run_one(plain(config)))
        except HarnessError as error:
            codes.append(told(error))
        return codes[-1]

    program = hydra.main(config_path=str(conf_dir()), config_name="config", version_base="1.3")(task)
    before, sys.argv = sys.argv, [sys.argv[0], *normal]
    try:
        program()
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(in_a_line(error, words)) from None
    finally:
        sys.argv = before
    return max(codes, default=0)
