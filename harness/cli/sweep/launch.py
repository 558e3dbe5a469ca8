"""A sweep from its words to its tables, through the launcher that the config chooses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from harness.cli.output import say
from harness.cli.sweep.composing import Composer, Sweep
from harness.cli.sweep.job import JobRow, left_behind, line, run_job
from harness.cli.sweep.report import print_sweep
from harness.core.errors import ConfigError
from harness.run.config.checking import refused
from harness.run.config.shown import shown

if TYPE_CHECKING:
    from omegaconf import DictConfig

FLAGS = ("-m", "--multirun")


def is_sweep(words: Sequence[str]) -> bool:
    """Return whether these words ask for a sweep: ``-m``, or an experiment. Other flags of Hydra are Hydra's own."""
    flags = [word for word in words if word.startswith("-")]
    asked = bool(flags) or any(word.lstrip("+").startswith("experiment=") for word in words)
    return asked and all(flag in FLAGS for flag in flags)


def run_sweep(words: Sequence[str]) -> int:
    """Run every job that is not finished, report how each ended, and return the exit code.

    Raises
    ------
    ConfigError
        If a job is wrong: before any of them runs.
    """
    with Composer.begun() as composer:
        sweep = composer.sweep(without_flags(words))
        if sweep.head:
            say("\n".join(sweep.head))
        refuse_wrong(sweep)
        rows = _launch(composer, sweep)
    return print_sweep(sorted(rows, key=lambda row: row.number))


def without_flags(words: Sequence[str]) -> list[str]:
    """Return the words without ``-m``, which says that they are a sweep's."""
    return [word for word in words if word not in FLAGS]


def refuse_wrong(sweep: Sweep, *, keys: bool = True) -> None:
    """Refuse a sweep with a wrong job, and one without jobs.

    Parameters
    ----------
    keys
        Whether every model must have its key in place.

    Raises
    ------
    ConfigError
        With the first job that is wrong, and why.
    """
    failed = {**sweep.failed, **refused(sweep.settings, keys=keys)}
    if failed:
        number, reason = min(failed.items())
        name = f"job {shown(sweep.labels[number])!r}: " if sweep.labels[number] else ""
        raise ConfigError(f"{name}{reason} (no job was run)")
    if not sweep.settings:
        raise ConfigError("there is nothing to run")


def _launch(composer: Composer, sweep: Sweep) -> list[JobRow]:
    from hydra.core.utils import JobStatus

    numbers = list(sweep.settings)
    labels = tuple(sweep.labels[number] for number in numbers)
    launcher = composer.launcher(sweep.master, partial(_run, labels=labels, numbers=tuple(numbers)))
    rows: list[JobRow] = []
    try:
        ended = launcher.launch([sweep.jobs[number] for number in numbers], initial_job_idx=0)
    except Exception as error:  # a worker that is killed takes along what the launcher knew of the other jobs
        return [
            left_behind(sweep.settings[number], number, label=sweep.labels[number], error=error) for number in numbers
        ]
    for number, job in zip(numbers, ended, strict=True):
        if job.status is JobStatus.COMPLETED:
            rows.append(job.return_value)
        else:  # a launcher, or a job, that broke outside of `run_job`
            rows.append(
                JobRow(number=number, label=sweep.labels[number], error=f"the job broke: {job._return_value!r}")
            )
    return rows


def _run(config: DictConfig, labels: tuple[str, ...], numbers: tuple[int, ...]) -> JobRow:
    from hydra.core.hydra_config import HydraConfig

    from harness.run.config.composition import settings_of

    launched = int(HydraConfig.get().job.num)
    row = run_job(partial(settings_of, config), numbers[launched], label=labels[launched])
    say(f"[{launched + 1}/{len(labels)}] {line(row)}")
    return row
