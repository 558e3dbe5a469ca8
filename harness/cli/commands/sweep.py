"""`harness sweep ...`: the jobs of a sweep and how they stand, from the records alone; nothing is run."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.output import say
from harness.cli.sweep.composing import Composer
from harness.cli.sweep.launch import refuse_wrong, without_flags
from harness.cli.sweep.listing import listed, states
from harness.cli.sweep.report import print_sweep

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sweep(
    context: typer.Context,
    as_list: Annotated[bool, typer.Option("--list", help="Print the jobs as JSON lines.")] = False,
) -> None:
    """Show the jobs of a sweep by their records, whoever ran them: `harness sweep method=vanilla,fgo seed=0,1`.

    Settings are those of `python -m harness -m`. Nothing is run, and no key is needed. docs/clusters.md has examples
    for joblib, Slurm, Kubernetes and Ray.
    """
    with Composer.begun() as composer:
        jobs = composer.sweep(without_flags(context.args))
    refuse_wrong(jobs, keys=False)
    if as_list:
        for job in listed(jobs):
            say(job.model_dump_json())
        return
    if jobs.head:
        say("\n".join(jobs.head))
    raise typer.Exit(print_sweep(list(states(jobs)), missing="`python -m harness -m ...` runs only those"))
