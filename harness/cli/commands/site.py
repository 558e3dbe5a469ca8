"""`harness site OUT`: the results as pages that open from disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.output import say
from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from harness.reports.site.build import Built

app = typer.Typer(add_completion=False)


@app.command()
def site(
    out: Annotated[Path, typer.Argument(help="The folder to write; an earlier site there is replaced.")],
    results: Annotated[Path, typer.Option(help="The results folder.")] = Path("results"),
    k: Annotated[int, typer.Option("--k", min=1, help="Of pass@k.")] = 3,
    follow: Annotated[
        bool, typer.Option("--follow", help="Serve the site on this machine and keep it up while runs go on.")
    ] = False,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="With --follow: end once no run is at work.")
    ] = False,
    every: Annotated[float, typer.Option(min=0.2, help="With --follow: seconds between two looks.")] = 2.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --follow; 0: any free one.")] = 0,
) -> None:
    """Write the leaderboard and every run as a static site: open OUT/index.html, no server or network is needed.

    Leaderboards with filters and a plot of score against cost, a page a run with its lineage and every trajectory,
    tasks by methods, two runs side by side. Texts of sensitive environments are digests.

    With --follow, a page more shows the runs at work: curves of each subset, merges, the test, and what was spent. The
    site is served to browsers of this machine until Ctrl-C; it stays in OUT.
    """
    from harness.reports.site.build import build

    if not results.is_dir():
        raise ConfigError(f"there is no results folder {results}")
    if until_done and not follow:
        raise ConfigError("--until-done says when --follow ends: add --follow")
    if follow:
        _follow(results, out, k=k, until_done=until_done, every=every, port=port)
        return
    begun = time.perf_counter()
    _print_built(build(results, out, k=k), begun)
    say(f"open {out / 'index.html'}")


def _follow(results: Path, out: Path, *, k: int, until_done: bool, every: float, port: int) -> None:
    from harness.reports.site.following import Following
    from harness.reports.site.serving import serving

    begun = time.perf_counter()
    following = Following(results, out, k=k, every=every)
    _print_built(following.built, begun)
    with serving(out, port) as address:
        say(f"open {address}/live.html ({following.at_work} runs at work); Ctrl-C ends it")
        try:
            while following.at_work or not until_done:
                time.sleep(every)
                following.refresh()
            following.close()
            time.sleep(2 * every)  # so that an open page sees the end
        except KeyboardInterrupt:
            following.close()
    say(f"ended; the site is {out / 'index.html'}")


def _print_built(built: Built, begun: float) -> None:
    seconds = time.perf_counter() - begun
    size = f"{built.files} files, {built.size / 1e6:.1f} MB, {seconds:.1f} s"
    say(f"{built.runs} runs, {built.rollouts:,} rollouts: {size}; the first page reads {built.first / 1e3:.0f} kB")
