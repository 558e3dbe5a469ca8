"""A baseline: records of runs without journals, trajectories and training, small enough to be committed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError
from harness.records.files import told, write_atomically
from harness.records.folder import RunFolder
from harness.records.reading.checks import problem
from harness.records.reading.run import Run
from harness.records.reading.runs import read_runs
from harness.run.config.earlier import modern

SECTIONS = ("method", "env")
"""Parts of the config that say which run of a set answers to which of the baseline."""

FILES = ("result.json",)
"""What a baseline keeps of a run as it is; of ``test.jsonl`` it keeps rows without steps and answers."""


def read_baseline(folder: Path) -> list[Run]:
    """Read the runs of a baseline.

    Raises
    ------
    ConfigError
        If there are none, or one is not sound.
    """
    runs, unreadable = read_runs(folder) if folder.is_dir() else ([], [])
    if not runs:
        raise ConfigError(f"there is no baseline in {folder}; `harness regress RESULTS --write` makes one")
    reasons = [f"{run.id}: {reason}" for run in runs if (reason := problem(run))]
    reasons += [f"{bad.folder.path.name}: {bad.reason}" for bad in unreadable]
    if reasons:
        raise ConfigError(f"the baseline {folder} is not sound: {reasons[0]}")
    return runs


def write_baseline(runs: Sequence[Run], folder: Path) -> int:
    """Replace a baseline by these sound runs; return how many.

    Raises
    ------
    ConfigError
        If a run is of a sensitive environment: its texts do not belong into a repository.
    """
    sound = [run for run in runs if not problem(run)]
    for run in sound:
        if run.sensitive:
            raise ConfigError(f"run {run.id} is of {run.env}, whose texts are sensitive: no baseline of it is written")
    fresh = folder / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _write(sound, fresh)
        with told():
            shutil.rmtree(folder / "runs", ignore_errors=True)
            (fresh / "runs").rename(folder / "runs")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return len(sound)


def _write(sound: Sequence[Run], folder: Path) -> None:
    with told():
        (folder / "runs").mkdir(parents=True)
    for run in sound:
        target = RunFolder.of(folder, run.env, method=run.method, backbone=run.backbone, run_id=run.id)
        with told():
            target.path.mkdir(parents=True)
        # Records of old hold the folder of their results.
        config = {name: value for name, value in run.record.config.items() if name != "results_dir"}
        target.write_run(run.record.model_copy(update={"config": config}))
        for name in FILES:
            write_atomically(target.path / name, (run.folder.path / name).read_bytes())
        rows = (row.model_copy(update={"steps": [], "answer": ""}) for row in run.rollouts())
        write_atomically(target.test, b"".join(row.line() + b"\n" for row in rows))


def answering(old: Run, runs: Sequence[Run]) -> Run | None:
    """Return the sound run that answers to one of the baseline: same backbone, seed and settings.

    Settings that the baseline does not know (new ones) do not count, nor do versions and digests: what they changed
    is what a regression test is to find.
    """
    for run in runs:
        same = (run.env, run.method, run.backbone, run.seed) == (old.env, old.method, old.backbone, old.seed)
        if same and all(_holds(*(modern(r.record.config).get(part) for r in (old, run))) for part in SECTIONS):
            return run
    return None


def repeat(baseline: Sequence[Run], results: Path, *, trusted: Collection[str] = ()) -> Iterator[Run]:
    """Run the baseline's configs with the present code, into a results folder.

    Parameters
    ----------
    trusted
        Classes beyond the shipped and installed ones that may be imported, and servers that may be asked.

    Raises
    ------
    ConfigError
        If a config of the baseline names another class, or another server.
    """
    from harness.records.reading.run import read_run
    from harness.run.config.recorded import recorded_settings, refuse_servers
    from harness.run.execute import run_or_read
    from harness.run.plan import plan
    from harness.run.progress.events import Silence

    for old in baseline:
        settings, resolver = recorded_settings(old.record.config, results_dir=results, trusted=trusted)
        refuse_servers(settings, trusted)
        ready = plan(settings, resolver=resolver)
        run_or_read(ready, Silence())
        yield read_run(ready.folder)


def _holds(old: Any, new: Any) -> bool:
    if isinstance(old, Mapping):
        return isinstance(new, Mapping) and all(_holds(value, new.get(name)) for name, value in old.items())
    return bool(old == new)
