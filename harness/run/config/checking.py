"""Checks of configs before anything runs: all that a config alone shows to be wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping

from harness.core.errors import HarnessError
from harness.run.config import build
from harness.run.config.settings import Settings


def check(settings: Settings, *, keys: bool = True) -> None:
    """Build the parts of a run, and drop them.

    Parameters
    ----------
    keys
        Whether every model must have its key in place.

    Raises
    ------
    ConfigError
        If one is wrong, or a model lacks its key.
    """
    build.check_executor(settings)
    build.build_models(settings, keys=keys)
    build.build_method(settings)
    build.build_embedder(settings, keys=keys)
    build.build_environment(settings)


def refused(jobs: Mapping[int, Settings], *, keys: bool = True) -> dict[int, str]:
    """Return what is wrong with the jobs of a sweep, by number; jobs that differ in the seed alone are checked once."""
    found: dict[int, str] = {}
    reasons: dict[str, str] = {}
    for number, settings in jobs.items():
        key = json.dumps(settings.model_dump(mode="json", exclude={"seed"}), sort_keys=True, default=str)
        if key not in reasons:
            try:
                check(settings, keys=keys)
                reasons[key] = ""
            except HarnessError as error:
                reasons[key] = str(error)
        if reasons[key]:
            found[number] = reasons[key]
    return found
