"""`harness run-job ID ...`: one job of a sweep, for whatever distributes jobs over machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.output import say
from harness.cli.sweep.composing import Composer
from harness.cli.sweep.job import line, run_job
from harness.cli.sweep.launch import without_flags
from harness.cli.sweep.listing import ListedJob, read_job, refuse_moved
from harness.core.errors import ConfigError
from harness.records.locking import refuse_local_locks

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def job(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The job's id in `harness sweep --list`.", min=0)],
    jobs: Annotated[
        Path | None, typer.Option("--jobs", help="A file with the lines of that list; `-` is standard input.")
    ] = None,
) -> None:
    """Run one job of a sweep: `harness run-job 3 --jobs jobs.jsonl`, or `harness run-job 3 WORDS` of the sweep.

    A job that is finished is not run again, and one that was stopped resumes. One that another process is at work on,
    on any machine, is left to it. The exit code is 0 if the job has a result.
    """
    words = without_flags(context.args)
    if jobs is None:
        raise typer.Exit(_done(number, _words_of(number, words)))
    if words:
        raise ConfigError(f"{words[0]!r}: a job of --jobs {jobs} has its settings already")
    listed = read_job(jobs, number)
    raise typer.Exit(_done(number, list(listed.words), listed=listed))


def _words_of(number: int, words: list[str]) -> list[str]:
    if not words:
        raise ConfigError(
            f"job {number} of which sweep? Name its list, `harness run-job {number} --jobs jobs.jsonl`, which "
            f"`harness sweep --list ... > jobs.jsonl` writes, or its words, `harness run-job {number} WORDS`"
        )
    with Composer.begun() as composer:
        sweep = composer.sweep(words)
    if number >= len(sweep.typed):
        raise ConfigError(f"there is no job {number}: this sweep has {len(sweep.typed)}, from 0")
    return [*sweep.hydras, *sweep.typed[number]]


def _done(number: int, words: list[str], *, listed: ListedJob | None = None) -> int:
    from harness.run.config.composition import compose
    from harness.run.plan import plan
    from harness.run.progress.display import display

    settings = compose(words)
    ready = plan(settings)  # an error in the config is exit code 2
    if listed is not None:
        refuse_moved(listed, ready)
    refuse_local_locks(ready.folder.path)
    label = f"job {number} {ready.settings.method_name} on {ready.settings.env_name}"
    with display() as observer:
        row = run_job(lambda: settings, number, label=label, observer=observer)
    say(line(row), error=row.record is None)
    return 0 if row.record else 1
