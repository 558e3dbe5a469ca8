"""`harness regress`: a set of runs against a committed baseline. Exit code 1 where anything got worse."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from harness.cli.import_path import trust_working_folder
from harness.cli.output import say
from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from harness.reports.regression.verdict import Verdict

app = typer.Typer(add_completion=False)


@app.command()
def regress(
    results: Annotated[
        Path | None, typer.Argument(help="The set to judge; without it the baseline's configs are run now.")
    ] = None,
    baseline: Annotated[Path, typer.Option(help="The baseline.")] = Path("results/baseline"),
    *,
    tokens: Annotated[float, typer.Option(min=0, help="Share by which tokens may rise.")] = 0.10,
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", help="A class (module.Class) or a server that the baseline names. Repeatable."),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Make RESULTS the baseline instead of judging it.")] = False,
) -> None:
    """Compare a set of runs with a baseline, row by row.

    Fails (exit code 1) where a score is significantly worse (Holm's correction over the rows), tokens rise beyond the
    share, or a run is missing, inconsistent or on other tasks. A simulated model is deterministic: its runs are
    compared with their earlier selves task by task. Runs of a real model are compared as methods, over seeds and tasks.
    """
    from harness.records.reading.runs import read_runs
    from harness.reports.leaderboard.terminal import table
    from harness.reports.regression.baseline import read_baseline, repeat, write_baseline
    from harness.reports.regression.verdict import judge

    if results is not None and not results.is_dir():
        raise ConfigError(f"there is no results folder {results}")
    if write:
        if results is None:
            raise ConfigError("--write needs RESULTS: which runs become the baseline?")
        say(f"{write_baseline(read_runs(results)[0], baseline)} runs written to {baseline}")
        return
    trust_working_folder(trust)
    old = read_baseline(baseline)
    if results is not None:
        verdicts = judge(old, read_runs(results)[0], tokens=tokens)
    else:
        with tempfile.TemporaryDirectory(prefix="harness-regress-") as work:
            verdicts = judge(old, list(repeat(old, Path(work), trusted=trust or ())), tokens=tokens)
    titles = ["row", "runs", "baseline %", "now %", "p (Holm)", "training tokens", "test tokens", "verdict"]
    from harness.cli.output import console

    out = console()
    out.print(table(f"against {baseline}", titles, [_cells(verdict) for verdict in verdicts]))
    worse = [verdict for verdict in verdicts if verdict.failures]
    for verdict in worse:
        out.print(Text(f"{verdict.name}: {'; '.join(verdict.failures)}", style="red"), soft_wrap=True)
    if worse:
        out.print(
            Text("If this is meant: `harness regress RESULTS --write` makes a new baseline; commit it with the change.")
        )
        raise typer.Exit(1)
    say(f"{len(verdicts)} rows, none worse")


def _cells(verdict: Verdict) -> list[str]:
    if verdict.new is None or verdict.tokens is None or verdict.p_value is None:
        measured = ["", "", "", ""]
    else:
        rises = [f"{100 * rise:+.1f} %" for rise in verdict.tokens]
        measured = [f"{100 * verdict.new:.1f}", f"{verdict.p_value:.3f}", *rises]
    state = "FAILS" if verdict.failures else "fine"
    return [verdict.name, str(verdict.runs), f"{100 * verdict.old:.1f}", *measured, state]
