"""`harness run-job ID ...`: one job of a sweep, for whatever distributes jobs over machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.output import say
from harness.cli.sweep.composing import Composer
from harness.cli.sweep.job import line, run_job
from harness.cli.sweep.launch import without_flags
from harness.cli.sweep.listing import read_job
from harness.core.errors import ConfigError
from harness.records.locking import refuse_local_locks

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def job(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The job's id in `harness sweep --list`.", min=0)],
    jobs: Annotated[Path | None, typer.Option("--jobs", help="A file with the lines of that list.")] = None,
) -> None:
    """Run one job of a sweep: `harness run-job 3 --jobs jobs.jsonl`, or `harness run-job 3 WORDS` of the sweep.

    A job that is finished is not run again, and one that was stopped resumes. One that another process is at work on,
    on any machine, is left to it. The exit code is 0 if the job has a result.
    """
    words = without_flags(context.args)
    if jobs is None:
        run_id, words = "", _words_of(number, words)
    elif words:
        raise ConfigError(f"{words[0]!r}: a job of --jobs {jobs} has its settings already")
    else:
        found = read_job(jobs, number)
        run_id, words = found.run, list(found.words)
    raise typer.Exit(_done(number, words, run_id=run_id))


def _words_of(number: int, words: list[str]) -> list[str]:
    with Composer.begun() as composer:
        sweep = composer.sweep(words)
    if number >= len(sweep.typed):
        raise ConfigError(f"there is no job {number}: this sweep has {len(sweep.typed)}, from 0")
    return [*sweep.hydras, *sweep.typed[number]]


def _done(number: int, words: list[str], *, run_id: str) -> int:
    from harness.run.config.composition import compose
    from harness.run.plan import plan
    from harness.run.progress.display import display

    settings = compose(words)
    ready = plan(settings)  # an error in the config is exit code 2
    if run_id and ready.run_id != run_id:
        raise ConfigError(
            f"job {number} was listed as run {run_id} and is run {ready.run_id} now: list the sweep again"
        )
    refuse_local_locks(ready.folder.path)
    try:
        with display() as observer:
            row = run_job(lambda: settings, number, label=f"job {number}", observer=observer)
    except KeyboardInterrupt:
        say("\nstopped; the same command resumes it", error=True)
        return 1
    say(line(row), error=row.record is None)
    return 0 if row.record else 1
