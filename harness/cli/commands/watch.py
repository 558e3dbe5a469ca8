"""`harness watch RUN`: curves, subsets and spending of a run in progress."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.commands.runs import Results
from harness.cli.output import console
from harness.records.store import find_run

if TYPE_CHECKING:
    from rich.console import Group

    from harness.reports.watching import Watch

app = typer.Typer(add_completion=False)

BARS = "▁▂▃▄▅▆▇█"


@app.command()
def watch(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")],
    results: Results = Path("results"),
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Print where the run stands, and end.")] = False,
) -> None:
    """Show the scores of each subset step by step, merges, the test and what was spent, until the run ends.

    Reads the run's files and changes nothing, so that any number of people can watch. Ctrl-C ends the watching, not
    the run. In a browser: `harness site OUT --follow`.
    """
    from rich.live import Live

    from harness.reports.watching import Watch

    found = Watch(find_run(run, results))
    found.refresh()
    out = console()
    if once or not out.is_terminal:
        out.print(_view(found, run))
        return
    with suppress(KeyboardInterrupt), Live(_view(found, run), console=out, auto_refresh=False) as live:
        while found.status == "running":
            time.sleep(every)
            found.refresh()
            live.update(_view(found, run), refresh=True)


def _view(found: Watch, run: str) -> Group:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    scores = Table(title=f"run {run}: {found.status}; mean score in % (rollouts)", title_justify="left")
    for title in ("where", "what", "curve", "modules in their order"):
        scores.add_column(title, overflow="fold")
    for strand in found.strands():
        curve = "".join(BARS[min(int(point.mean * len(BARS)), len(BARS) - 1)] for point in strand.points)
        numbers = ", ".join(f"{100 * point.mean:.0f} ({len(point.scores)})" for point in strand.points)
        scores.add_row(strand.scope, strand.what, curve, numbers)
    spent = Table(title="spent", title_justify="left")
    for title in ("phase", "role", "calls", "prompt tokens", "completion tokens", "usd"):
        spent.add_column(title, justify="left" if title in ("phase", "role") else "right")
    for (phase, role), usage in sorted(found.spent.items()):
        money = "unknown" if usage.usd is None else f"{usage.usd:.2f}"
        spent.add_row(phase, role, f"{usage.calls:,}", f"{usage.prompt:,}", f"{usage.completion:,}", money)
    nothing = Text("no rollout has ended yet") if not found.points else Text("")
    return Group(scores, spent, nothing)
