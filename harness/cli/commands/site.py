"""`harness site OUT`: the results as pages that open from disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.output import say
from harness.core.errors import ConfigError

app = typer.Typer(add_completion=False)


@app.command()
def site(
    out: Annotated[Path, typer.Argument(help="The folder to write; an earlier site there is replaced.")],
    results: Annotated[Path, typer.Option(help="The results folder.")] = Path("results"),
    k: Annotated[int, typer.Option("--k", min=1, help="Of pass@k.")] = 3,
) -> None:
    """Write the leaderboard and every run as a static site: open OUT/index.html, no server or network is needed.

    Leaderboards with filters and a plot of score against cost, a page a run with its lineage and every trajectory,
    tasks by methods, two runs side by side. Texts of sensitive environments are digests.
    """
    from harness.reports.site.build import build

    if not results.is_dir():
        raise ConfigError(f"there is no results folder {results}")
    begun = time.perf_counter()
    built = build(results, out, k)
    seconds = time.perf_counter() - begun
    size = f"{built.files} files, {built.size / 1e6:.1f} MB, {seconds:.1f} s"
    say(f"{built.runs} runs, {built.rollouts:,} rollouts: {size}")
    say(f"open {out / 'index.html'} (reads {built.first / 1e3:.0f} kB at first)")
