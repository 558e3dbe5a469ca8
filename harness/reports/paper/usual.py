"""How far a run's settings are from the shipped ones: the paper's tables show each method as it is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from harness.core.errors import ConfigError
from harness.records.reading.run import Run
from harness.reports.leaderboard.variants import flat_settings, flattened

USUAL_BUDGET = "steps"


def deviations(run: Run) -> int:
    """Return in how many settings of its method and budget a run differs from the presets of its environment."""
    mine, usual = flat_settings(run), usual_settings(run.env, run.method)
    changed = sum(name in mine and mine[name] != value for name, value in usual.items())
    return changed + (mine.get("budget", USUAL_BUDGET) != USUAL_BUDGET)


@lru_cache(maxsize=64)
def usual_settings(env: str, method: str) -> Mapping[str, str]:
    """Return the settings of a shipped method in a shipped environment, as `flat_settings` names them; else none."""
    from harness.run.config.composition import compose

    try:
        return flattened("method", compose([f"env={env}", f"method={method}"]).method)
    except ConfigError:  # a class of someone's own
        return {}
