"""What a tracker is to this harness, and which one a config chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from harness.core.errors import ConfigError

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Start:
    """What a tracker receives when a run begins.

    Attributes
    ----------
    group
        Runs of one experiment.
    id
        The run's id: going on with a run is not another run.
    """

    name: str
    id: str
    group: str | None
    job_type: str
    tags: tuple[str, ...]
    config: Mapping[str, Any]


class Tracker(Protocol):
    """Where progress is reported besides the record. What it raises never stops a run."""

    def begin(self, start: Start) -> None:
        """Open a run."""
        ...

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Add a point to curves."""
        ...

    def summary(self, values: Mapping[str, Cell]) -> None:
        """Set single values."""
        ...

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Log a table."""
        ...

    def artifact(self, name: str, kind: str, *, files: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        """Log files, given as name to text."""
        ...

    def finish(self, failed: bool) -> None:
        """Close the run, marked failed where it failed."""
        ...


ADAPTERS = {
    "wandb": ("harness.run.tracking.wandb_tracker", "WandbTracker", "wandb"),
    "mlflow": ("harness.run.tracking.mlflow_tracker", "MlflowTracker", "mlflow-skinny"),
}
"""Kind to module, class and the package that it needs."""


def make_tracker(tracking: Mapping[str, Any]) -> Tracker | None:
    """Return the tracker that a config chooses, or None.

    Raises
    ------
    ConfigError
        If there is no such tracker, or its package is not installed.
    """
    kind = tracking.get("kind", "none")
    if kind == "none":
        return None
    if kind not in ADAPTERS:
        raise ConfigError(f"tracking.kind={kind}: choose one of none, {', '.join(ADAPTERS)}")
    module, name, package = ADAPTERS[kind]
    try:
        found: Tracker = getattr(import_module(module), name)(tracking)
    except ImportError as error:
        raise ConfigError(f"tracking={kind} needs a package: pip install {package} ({error})") from None
    return found
