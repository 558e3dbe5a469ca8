"""`harness runs [RESULTS]`: the runs and their status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from harness.cli.groups import cell
from harness.cli.output import console, say
from harness.cli.standing import standing
from harness.core.errors import HarnessError
from harness.records.folder import RunFolder
from harness.records.store import run_folders

app = typer.Typer(add_completion=False)

SameResults = Annotated[Path | None, typer.Option("--results", help="The results folder, as other commands take it.")]
Results = Annotated[Path, typer.Option("--results", help="The results folder.")]


@app.command()
def runs(
    results: Annotated[Path, typer.Argument(help="The results folder.")] = Path("results"),
    *,
    status: Annotated[str | None, typer.Option(help="Only runs of this status.")] = None,
    results_option: SameResults = None,
) -> None:
    """List the runs of a results folder and their status."""
    results = results_option or results
    table = Table()
    for title in ("run", "env", "method", "backbone", "seed", "status", "test", "vanilla", "note"):
        table.add_column(title, justify="right" if title in ("seed", "test", "vanilla") else "left")
    shown = 0
    for folder in run_folders(results):
        row = _row(folder)
        if status is None or row[5] == status:
            table.add_row(*row)
            shown += 1
    if shown:
        console().print(table)
    else:
        say(f"no runs in {results}" + (f" with status {status}" if status else ""))


def _row(folder: RunFolder) -> tuple[str, ...]:
    try:
        record, result = folder.read_run(), folder.read_result()
    except HarnessError as error:
        return _unreadable(folder, str(error))
    if record is None:  # taken away since it was found
        return _unreadable(folder, "it holds no run.json")
    status, reason = standing(folder, record, result)
    notes = [*(["simulated"] if record.simulated else []), *([reason] if reason else [])]
    scores = [cell(result.score.get(name)) if result else "" for name in ("test", "vanilla")]
    return (
        record.run_id,
        record.env,
        record.method,
        record.backbone,
        str(record.seed),
        status,
        *scores,
        "; ".join(notes),
    )


def _unreadable(folder: RunFolder, reason: str) -> tuple[str, ...]:
    return (folder.path.name, *folder.path.parts[-4:-1], "", "unreadable", "", "", reason)
