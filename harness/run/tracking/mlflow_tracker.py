"""MLflow: a server, or a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from harness.run.tracking.tracker import Cell, Start

LONGEST = 500
"""Characters of a parameter that MLflow keeps."""


_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
"""In place of MLflow's own seven retries, which take minutes where a server is gone."""


class MlflowTracker:
    """A `Tracker` that writes an MLflow run.

    Parameters
    ----------
    tracking
        The config node: project (the experiment), uri (a server; null: a folder), dir.
    """

    def __init__(self, tracking: Mapping[str, Any]) -> None:
        folder = Path(tracking.get("dir") or "results").resolve() / "mlruns"
        for name, value in _PATIENCE.items():
            os.environ.setdefault(name, value)
        if not tracking.get("uri"):
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        self._client = MlflowClient(tracking_uri=tracking.get("uri") or folder.as_uri())
        self._project = str(tracking.get("project") or "fgo-harness")
        self._run = ""

    def begin(self, start: Start) -> None:
        """Open a run."""
        found = self._client.get_experiment_by_name(self._project)
        experiment = found.experiment_id if found else self._client.create_experiment(self._project)
        run = self._client.create_run(experiment, run_name=start.name)
        self._run = run.info.run_id
        tags = {"run_id": start.id, "group": start.group or "", "method": start.job_type, "tags": " ".join(start.tags)}
        self._client.log_batch(
            self._run,
            params=[Param(name, str(value)[:LONGEST]) for name, value in _flat(start.config)],
            tags=[RunTag(name, value) for name, value in tags.items()],
        )

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Add a point to curves."""
        self._client.log_batch(self._run, metrics=[Metric(name, value, 0, step) for name, value in values.items()])

    def summary(self, values: Mapping[str, Cell]) -> None:
        """Set single values; what is no number becomes a tag."""
        for name, value in values.items():
            if isinstance(value, int | float):
                self._client.log_metric(self._run, _named(name), float(value))
            elif value is not None:
                self._client.set_tag(self._run, _named(name), value)

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Log a table as an artifact that MLflow shows as one."""
        self._client.log_dict(
            self._run, {"columns": list(columns), "data": [list(row) for row in rows]}, f"{name}.json"
        )

    def artifact(self, name: str, kind: str, *, files: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        """Log files as artifacts."""
        self._client.log_dict(self._run, dict(facts), f"{kind}/{name}/facts.json")
        for file, text in files.items():
            self._client.log_text(self._run, text, f"{kind}/{name}/{file}")

    def finish(self, failed: bool) -> None:
        """Close the run."""
        self._client.set_terminated(self._run, status="FAILED" if failed else "FINISHED")


def _named(name: str) -> str:
    return "".join(c if c.isalnum() or c in "_-./ " else "_" for c in name)


def _flat(config: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in config.items():
        name = f"{prefix}{key}"
        pairs += _flat(value, f"{name}.") if isinstance(value, Mapping) else [(name, value)]
    return pairs
