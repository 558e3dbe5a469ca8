"""Runs in this process, from the words that a person would type."""

from __future__ import annotations

from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from harness.records.schema import ResultRecord
from harness.run.config.presets import conf_dir
from harness.run.config.settings import Settings, read_settings
from harness.run.execute import execute
from harness.run.plan import Plan, plan
from harness.run.progress.events import Silence

SMALL = ("env.train_size=6", "env.test_size=4", "protocol.steps=6", "protocol.subsets=3", "protocol.batch_size=2")
"""A run of about a second."""


def composed(*words: str) -> Settings:
    """Return the settings of a command."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        config = compose("config", overrides=[*words])
    plain = OmegaConf.to_container(config, resolve=True)
    assert isinstance(plain, dict)
    return read_settings({str(key): value for key, value in plain.items()})


def planned(folder: Path, *words: str) -> Plan:
    """Return the plan of a small run in a folder."""
    return plan(composed(*SMALL, "baseline=false", f"results_dir={folder}", *words))


def ran(folder: Path, *words: str) -> ResultRecord:
    """Do a small run and return its result."""
    return execute(planned(folder, *words), Silence())
