"""Runs in this process, from the words that a person would type."""

from __future__ import annotations

from pathlib import Path

from harness.records.schema import ResultRecord
from harness.run.config.composition import compose
from harness.run.config.settings import Settings
from harness.run.execute import execute
from harness.run.plan import Plan, plan
from harness.run.progress.events import Silence

SMALL = ("env.train_size=6", "env.test_size=4", "protocol.steps=6", "protocol.subsets=3", "protocol.batch_size=2")
"""A run of about a second."""


def composed(*words: str) -> Settings:
    """Return the settings of a command."""
    return compose(words)


def planned(folder: Path, *words: str) -> Plan:
    """Return the plan of a small run in a folder."""
    return plan(composed(*SMALL, "baseline=false", f"results_dir={folder}", *words))


def ran(folder: Path, *words: str) -> ResultRecord:
    """Do a small run and return its result."""
    return execute(planned(folder, *words), Silence())
