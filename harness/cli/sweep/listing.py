"""The jobs of a sweep as data, so that anything can run them: one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.cli.sweep.composing import Sweep
from harness.cli.sweep.job import JobRow, JobStatus, as_recorded
from harness.core.errors import ConfigError
from harness.core.problems import first_problem
from harness.run.config.paths import path_problem

if TYPE_CHECKING:
    from harness.run.plan import Plan


STANDARD_INPUT = Path("-")

ABOVE = 4
"""The results folder is this parent of a run's folder: RESULTS/runs/ENV/METHOD/BACKBONE/ID."""

FEW = 5
"""The most ids that a message names one by one."""


class ListedJob(BaseModel):
    """A job, as `harness sweep --list` prints it.

    Attributes
    ----------
    id
        Its place in the sweep, from 0.
    words
        Its settings, as a person types them.
    run
        The run's id.
    folder
        Where its record is, or will be: an absolute path.
    state
        How it stands by its record.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    words: tuple[str, ...]
    run: str
    folder: str
    state: JobStatus


def states(sweep: Sweep) -> Iterator[JobRow]:
    """Yield how each job stands by its record, whoever ran it."""
    for number, settings in sweep.settings.items():
        yield as_recorded(settings, number, label=sweep.labels[number])


def listed(sweep: Sweep) -> Iterator[ListedJob]:
    """Yield the jobs of a sweep."""
    for row in states(sweep):
        if not row.run_id:
            raise ConfigError(f"job {row.label!r}: {row.error} (no job was run)")
        words = (*sweep.hydras, *sweep.typed[row.number])
        yield ListedJob(id=row.number, words=words, run=row.run_id, folder=row.folder, state=row.status)


def read_job(path: Path, number: int) -> ListedJob:
    """Return a job of a file with the lines of `harness sweep --list`; of standard input where the path is ``-``.

    Raises
    ------
    ConfigError
        If the file cannot be read, a line of it is no job, or it has no such job.
    """
    name = "standard input" if path == STANDARD_INPUT else str(path)
    try:
        data = sys.stdin.buffer.read() if path == STANDARD_INPUT else path.read_bytes()
        lines = data.decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"cannot read {name}: {reason}; `harness sweep --list ...` writes the list") from None
    ids = []
    for place, line in enumerate(lines, 1):
        try:
            job = ListedJob.model_validate_json(line)
        except ValidationError as error:
            problem = first_problem(error)
            raise ConfigError(f"{name}, line {place}, is no job of `harness sweep --list`: {problem}") from None
        if job.id == number:
            return job
        ids.append(job.id)
    raise ConfigError(f"there is no job {number} in {name}, which has {_said(sorted(ids))}")


def refuse_moved(listed: ListedJob, ready: Plan) -> None:
    """Refuse a job whose record would not lie where the list says: another code, or another directory.

    The results folders are compared, since a run may lie under the label of another backbone.

    Raises
    ------
    ConfigError
        With what the list says, and what to do.
    """
    if ready.run_id != listed.run:
        raise ConfigError(
            f"job {listed.id} was listed as run {listed.run} and is run {ready.run_id} now: list the sweep again"
        )
    results = _results(listed)
    if results is None or results.resolve() != ready.settings.results_dir.resolve():
        raise ConfigError(
            f"job {listed.id} was listed with its record in {listed.folder}, and here it would be in "
            f"{ready.folder.path.absolute()}: start it in the directory where the list was made, or list the sweep "
            "with an absolute results_dir=DIR"
        )


def _results(listed: ListedJob) -> Path | None:
    """Return the results folder of a job; None where its folder is no run's."""
    parents = Path(listed.folder).parents
    return parents[ABOVE] if len(parents) > ABOVE and not path_problem(str(parents[ABOVE])) else None


def _said(ids: Sequence[int]) -> str:
    """Return which jobs there are, short."""
    if not ids:
        return "none"
    if len(ids) <= FEW:
        return f"{'job' if len(ids) == 1 else 'jobs'} {', '.join(map(str, ids))}"
    return f"{len(ids)} jobs, from {ids[0]} to {ids[-1]}"
