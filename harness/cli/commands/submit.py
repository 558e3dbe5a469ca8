"""`harness submit RUN`: a run as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.runs import Results
from harness.cli.output import say
from harness.records.store import find_run

app = typer.Typer(add_completion=False)


@app.command()
def submit(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file (default: <run-id>.zip).")] = None,
    results: Results = Path("results"),
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help="Pack the texts of a sensitive environment too.")
    ] = False,
) -> None:
    """Pack a finished run (record, journal, modules) into one file, which `harness verify FILE` checks."""
    from harness.records.reading.run import read_run
    from harness.records.submission.packing import pack

    found = read_run(find_run(run, results))
    path = out or Path(f"{found.id}.zip")
    size = pack(found, path, sensitive)
    say(f"{path}: {size / 1e6:.1f} MB; `harness verify {path}` checks it")
