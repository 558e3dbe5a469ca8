"""`harness replay RUN`: run it again offline, from its journal alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.runs import Results
from harness.cli.output import say
from harness.records.store import find_run

app = typer.Typer(add_completion=False)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where the data lies here, if elsewhere than the record says.")
]


@app.command()
def replay(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")],
    results: Results = Path("results"),
    data_dir: DataDir = None,
) -> None:
    """Run a recorded run again, offline, from its journal alone.

    Nothing is asked of a model and nothing is changed: the new record is written to a temporary folder. It must equal
    the old one byte for byte, but for times. What differs is printed, and the exit code is 1 then.
    """
    from harness.run.replay import again

    folder = find_run(run, results)
    with tempfile.TemporaryDirectory(prefix="harness-replay-") as work:
        recorded = again.recording(folder, Path(work), data_dir)
        changed = again.identity_differences(recorded.record.identity, recorded.plan.identity)
        for line in changed:
            say(f"this checkout or machine differs: {line}")
        ready, notes = again.replay(recorded)
        for note in notes:
            say(note)
        differing = again.record_differences(folder, ready.folder)
    for line in differing:
        say(line)
    if differing:
        say(f"run {recorded.record.run_id}: the replay differs from the record")
        raise typer.Exit(1)
    say(f"run {recorded.record.run_id}: the replay equals the record, byte for byte but for times")
