"""`harness estimate ...`: calls, tokens, money and time of a config or an experiment, before anything is spent."""

from __future__ import annotations

import shlex

import typer

from harness.cli.estimates import Estimated, of_one, of_several
from harness.cli.output import console, say
from harness.cli.sweep.composing import Composer
from harness.cli.telling import told
from harness.core.errors import ConfigError, HarnessError

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def estimate(context: typer.Context) -> None:
    """Estimate a run or a sweep: `harness estimate method=fgo backbone=paper`, `harness estimate +experiment=table1`.

    Settings are those of a run. Calls follow from the method's structure (it is trained on a Lab that only counts),
    tokens, money and seconds from earlier runs in results_dir, or from stated assumptions.
    """
    words = [word for word in context.args if word not in ("-m", "--multirun")]
    with Composer.begun() as composer:
        sweep = composer.sweep(words)
    for line in sweep.head:
        say(line)
    rows: list[Estimated] = []
    failed = {sweep.labels[number]: error for number, error in sweep.failed.items()}
    for number, settings in sweep.settings.items():
        try:
            rows.append(Estimated.of(settings, sweep.labels[number]))
        except HarnessError as error:
            failed[sweep.labels[number]] = str(error)
    if not rows:
        raise typer.Exit(told(ConfigError(next(iter(failed.values()), "there is nothing to estimate"))))
    out = console()
    for part in of_one(rows[0]) if len(sweep.jobs) == 1 else of_several(rows):
        out.print(part, highlight=False)
    where = [word for word in words if word.partition("=")[0] in ("env", "backbone")]
    say(f"whether there is anything to learn, on 24 tasks: {shlex.join(['harness', 'headroom', *where])}")
    for label, reason in failed.items():
        told(ConfigError(f"{label}: {reason}"))
    raise typer.Exit(1 if failed else 0)
