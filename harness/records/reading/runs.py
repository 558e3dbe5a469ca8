"""All runs of a results folder; those that cannot be read come apart, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import HarnessError
from harness.records.folder import RunFolder
from harness.records.reading.run import Run, read_run
from harness.records.store import run_folders


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A run that is not read, and why: its files are no record of this version, or it stands in another folder too."""

    folder: RunFolder
    reason: str


def read_runs(results: Path) -> tuple[list[Run], list[Unreadable]]:
    """Read all runs of a results folder; those that cannot be read come apart.

    Of several folders with one run id one counts: the one at the run's own place, else the first.
    """
    runs: dict[str, Run] = {}
    apart: list[Unreadable] = []
    for folder in run_folders(results):
        try:
            run = read_run(folder)
        except HarnessError as error:
            apart.append(Unreadable(folder, str(error)))
            continue
        other = runs.get(run.id)
        if other is None or (run.at_home and not other.at_home):
            runs[run.id] = run
        if other is not None:
            kept = runs[run.id]
            copy = other if kept is run else run
            apart.append(Unreadable(copy.folder, f"counted once: {kept.folder.path} holds run {run.id} as well"))
    return sorted(runs.values(), key=lambda run: run.folder.path), apart


def readable(runs: Sequence[Run]) -> tuple[list[Run], list[Unreadable]]:
    """Read every row, every text and the lineage of runs; those in which that fails come apart."""
    sound: list[Run] = []
    apart: list[Unreadable] = []
    for run in runs:
        try:
            for split in ("test", "train"):
                for _ in run.rollouts(split):
                    pass
            run.folder.read_lineage()
            run.texts.check()
        except HarnessError as error:
            apart.append(Unreadable(run.folder, str(error)))
        else:
            sound.append(run)
    return sound, apart
