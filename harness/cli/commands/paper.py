"""`harness paper`: Tables 1-4 and Figures 3-7 from whatever runs are there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from harness.cli.commands.runs import SameResults
from harness.cli.output import say
from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from harness.records.reading.run import Run

app = typer.Typer(add_completion=False)


@app.command()
def paper(
    results: Annotated[Path, typer.Argument(help="The results folder.")] = Path("results"),
    out: Annotated[Path | None, typer.Option(help="Write tables and figures into this folder.")] = None,
    backbone: Annotated[str | None, typer.Option(help="Of which backbone (default: the one with most runs).")] = None,
    *,
    results_option: SameResults = None,
) -> None:
    """Show the paper's tables, measured and published apart, and draw its figures into --out.

    What is missing is shown as missing, with the command that fills it. Runs that are incomplete or inconsistent
    count as missing; `harness leaderboard` lists them with the reason.
    """
    from harness.records.reading.checks import problem
    from harness.records.reading.runs import read_runs
    from harness.reports.paper.cells import grouped, preset_of
    from harness.reports.paper.figures import figures
    from harness.reports.paper.tables import tables
    from harness.reports.paper.writing import STATISTICS, write

    results = results_option or results
    if results.is_dir():
        runs = [run for run in read_runs(results)[0] if not problem(run)]
    elif results != Path("results"):
        raise ConfigError(f"there is no results folder {results}")
    else:
        runs = []
    chosen = backbone or _most(runs)
    mine = [run for run in runs if preset_of(run.backbone) == chosen]
    words = " ".join(
        [
            *([f"backbone={chosen}"] if chosen != "sim" else []),
            *([f"results_dir={results}"] if str(results) != "results" else []),
        ]
    )
    made, drawn = tables(mine, words), figures(mine, words)
    note = _note(mine, chosen)
    if out is not None:
        for path in write(made, drawn, folder=out, note=note):
            say(path)
        return
    from harness.cli.output import console
    from harness.reports.leaderboard.terminal import table

    screen = console()
    screen.print(Text(note, style="yellow"))
    gaps: list[str] = []
    for one in made:
        screen.print(table(f"Table {one.number}: {one.title} (measured here)", one.columns, one.measured))
        screen.print(table(f"Table {one.number} as published", one.columns, one.published, "italic"))
        gaps += one.missing
    for figure in drawn:
        screen.print(Text(f"Figure {figure.number}: {figure.title}: {len(figure.data)} points; --out FOLDER draws it"))
        gaps += figure.missing
    screen.print(Text(STATISTICS))
    if gaps:
        screen.print(Text("missing; these commands fill it:", style="bold"))
        for line in grouped(gaps):
            screen.print(Text(f"  {line}"), soft_wrap=True)


def _most(runs: list[Run]) -> str:
    from harness.reports.paper.cells import preset_of

    counts = Counter(preset_of(run.backbone) for run in runs)
    return counts.most_common(1)[0][0] if counts else "sim"


def _note(runs: list[Run], backbone: str) -> str:
    if any(run.record.simulated for run in runs):
        return f"Backbone {backbone}: SIMULATED MODEL; these numbers say nothing about real models or the paper's."
    return f"Backbone {backbone}."
