"""Weights & Biases, online or offline."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import wandb

from harness.run.tracking.tracker import Cell, Start

TIMEOUT = 20.0
"""Seconds within which a server must answer; wandb's own 90 hold up a run whose server is gone."""


class WandbTracker:
    """A `Tracker` that writes a W&B run.

    Parameters
    ----------
    tracking
        The config node: project, entity, mode (online, offline, or null for what WANDB_MODE says), dir.
    """

    def __init__(self, tracking: Mapping[str, Any]) -> None:
        self._tracking = tracking
        self._run: Any = None
        self._work = tempfile.TemporaryDirectory(prefix="harness-wandb-")

    def begin(self, start: Start) -> None:
        """Open a run, or resume it."""
        folder = Path(self._tracking.get("dir") or "results")
        folder.mkdir(parents=True, exist_ok=True)
        self._run = wandb.init(
            project=self._tracking.get("project"),
            entity=self._tracking.get("entity"),
            mode=self._tracking.get("mode"),
            dir=str(folder),
            id=start.id,
            resume="allow",
            name=start.name,
            group=start.group,
            job_type=start.job_type,
            tags=list(start.tags),
            config=dict(start.config),
            reinit="create_new",
            settings=wandb.Settings(
                console="off",
                silent=True,
                save_code=False,
                x_disable_stats=True,
                x_disable_meta=True,
                disable_git=True,
                host="",
                init_timeout=TIMEOUT,
            ),
        )
        self._run.define_metric("*", step_metric="step")

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Add a point to curves, over the step of the method."""
        self._run.log({**values, "step": step})

    def summary(self, values: Mapping[str, Cell]) -> None:
        """Set single values."""
        self._run.summary.update(dict(values))

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Log a table."""
        self._run.log({name: wandb.Table(columns=list(columns), data=[list(row) for row in rows])})

    def artifact(self, name: str, kind: str, *, files: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        """Log files as an artifact."""
        artifact = wandb.Artifact(name, type=kind, metadata=dict(facts))
        for file, text in files.items():
            path = Path(self._work.name) / file
            path.write_text(text, encoding="utf-8")
            artifact.add_file(str(path), name=file)
        self._run.log_artifact(artifact)

    def finish(self, failed: bool) -> None:
        """Close the run; a failed one with exit code 1."""
        self._run.finish(exit_code=int(failed))
        self._work.cleanup()
