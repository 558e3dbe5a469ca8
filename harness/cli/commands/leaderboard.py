"""`harness leaderboard [RESULTS]`: which method gives the best agent, and for how much."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.runs import SameResults
from harness.cli.output import say
from harness.core.errors import ConfigError

app = typer.Typer(add_completion=False)


@app.command()
def leaderboard(
    results: Annotated[Path, typer.Argument(help="The results folder.")] = Path("results"),
    by: Annotated[
        str | None, typer.Option(help="Equal-budget view: optimizer_calls, tokens, usd or seconds of the training.")
    ] = None,
    *,
    budget: Annotated[float | None, typer.Option(help="With --by: only rows that took no more than this.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="Of pass@k.")] = 3,
    split: Annotated[
        str | None, typer.Option(help="Which test tasks, by the beginning of their digest (default: most runs').")
    ] = None,
    env: Annotated[str | None, typer.Option(help="Only this environment.")] = None,
    backbone: Annotated[str | None, typer.Option(help="Only this backbone.")] = None,
    overall: Annotated[bool, typer.Option(help="All environments in one table: mean rank, wins and losses.")] = False,
    curves: Annotated[bool, typer.Option(help="Best validation score so far, by share of the training.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX (booktabs).")] = False,
    wandb: Annotated[bool, typer.Option("--wandb", help="Log the tables to W&B (WANDB_MODE=offline works).")] = False,
    project: Annotated[str, typer.Option(help="With --wandb: the project.")] = "fgo-harness",
    results_option: SameResults = None,
) -> None:
    """Rank methods, per environment and backbone, from the records of a results folder.

    Mean over seeds with a 95 % interval (over seeds and tasks), best run, pass@k, per category, and what it took. Rank
    is 1 + the number of rows that are significantly better (Holm's correction over all pairs). Simulated and real
    models never stand in one ranking; the paper's published figures are shown and marked. Runs that are incomplete,
    inconsistent or tested on other tasks stand apart with the reason.
    """
    from harness.reports.leaderboard import files
    from harness.reports.leaderboard.boards import leaderboards, within_budget
    from harness.reports.leaderboard.spending import MEASURES
    from harness.reports.leaderboard.terminal import renderables

    if by is not None and by not in MEASURES:
        raise ConfigError(f"--by {by}: choose one of {', '.join(MEASURES)}")
    if budget is not None and by is None:
        raise ConfigError("--budget needs --by: of what is it the budget?")
    results = results_option or results
    if not results.is_dir():
        raise ConfigError(f"there is no results folder {results}")
    found = leaderboards(results, k, split=split)
    boards = [b for b in found.boards if env in (None, b.env) and backbone in (None, b.backbone)]
    apart = tuple(a for a in found.apart if env in (None, a.env) and backbone in (None, a.backbone))
    if by is not None:
        boards = [within_budget(board, by, budget=budget) for board in boards]
    found = replace(found, boards=tuple(boards), apart=apart)
    if not found.boards and not found.apart:
        raise ConfigError(f"no runs in {results}; `python -m harness` makes one")
    if wandb:
        from harness.reports.leaderboard.tracking import log_leaderboard

        log_leaderboard(found, {"kind": "wandb", "project": project, "dir": results})
    writers = {files.as_csv: as_csv, files.as_json: as_json, files.as_markdown: as_markdown, files.as_latex: as_latex}
    chosen = [write for write, wanted in writers.items() if wanted]
    if len(chosen) > 1:
        raise ConfigError("choose one of --csv, --json, --markdown, --latex")
    if chosen:
        say(chosen[0](found), end="")
        return

    from harness.cli.output import console

    out = console()
    if overall or curves:
        from harness.reports.leaderboard.terminal import beyond_one_board

        for part in beyond_one_board(found.boards, overall=overall, curves=curves):
            out.print(part)
        return
    for part in renderables(found, MEASURES[by] if by else None):
        out.print(part)
