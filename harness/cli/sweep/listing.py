"""The jobs of a sweep as data, so that anything can run them: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.cli.sweep.composing import Sweep
from harness.cli.sweep.job import JobRow, JobStatus, as_recorded
from harness.core.errors import ConfigError
from harness.core.problems import first_problem


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
    """Return a job of a file with the lines of `harness sweep --list`.

    Raises
    ------
    ConfigError
        If the file cannot be read, a line of it is no job, or it has no such job.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"cannot read {path}: {reason}; `harness sweep --list ... > {path}` writes it") from None
    for place, line in enumerate(lines, 1):
        try:
            job = ListedJob.model_validate_json(line)
        except ValidationError as error:
            problem = first_problem(error)
            raise ConfigError(f"{path}, line {place}, is no job of `harness sweep --list`: {problem}") from None
        if job.id == number:
            return job
    raise ConfigError(f"there is no job {number} in {path}, which has {len(lines)}")
