"""`harness compare A B`: two runs, or two methods, task by task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from harness.cli.commands.runs import Results
from harness.cli.output import say
from harness.core.printable import json_printable
from harness.stats.detectable import ALPHA

if TYPE_CHECKING:
    from harness.reports.leaderboard.sides import Comparison, Flip

app = typer.Typer(add_completion=False)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="A run (its id or folder) or a method as the leaderboard names it.")],
    b: Annotated[str, typer.Argument(help="The same, to compare with.")],
    results: Results = Path("results"),
    env: Annotated[str | None, typer.Option(help="Only this environment.")] = None,
    backbone: Annotated[str | None, typer.Option(help="Only this backbone.")] = None,
    flips: Annotated[int, typer.Option(min=0, help="How many of the tasks that flipped are listed.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two runs, or two methods over their seeds, on the test tasks that they share.

    Two runs: is this trained agent better? Exact McNemar test, interval by a bootstrap over tasks. Two methods: is
    this method better? Seeds and tasks both vary. Wins, losses and ties are by task, over the mean of a method's runs.
    """
    from harness.reports.leaderboard.sides import compare_sides, find_side

    found = compare_sides(
        find_side(a, results, env=env, backbone=backbone), find_side(b, results, env=env, backbone=backbone)
    )
    if as_json:
        say(json_printable(json.dumps(_plain(found), indent=2, ensure_ascii=False)))
        return
    from harness.cli.output import console
    from harness.reports.leaderboard.terminal import table

    out = console()
    for line in _lines(found):
        out.print(Text(line), soft_wrap=True)
    if found.flips and flips:
        rows = [[flip.category, flip.task, f"{flip.a:.2f}", f"{flip.b:.2f}"] for flip in _both_ends(found, flips)]
        more = f", {flips} of {len(found.flips)}" if len(found.flips) > flips else ""
        out.print(table(f"tasks that flipped (mean score{more})", ["category", "task", "A", "B"], rows))


def _lines(found: Comparison) -> Iterator[str]:
    runs = found.methods is None
    pair = found.by_task
    test = found.methods or pair
    yield f"A: {found.a.name}: {100 * found.means[0]:.1f} % over {len(found.a.runs)} run(s)"
    yield f"B: {found.b.name}: {100 * found.means[1]:.1f} % over {len(found.b.runs)} run(s)"
    yield f"on {found.tasks} tasks: A wins {pair.wins}, loses {pair.losses}, ties {pair.ties}"
    low, high = test.interval
    yield f"difference: {100 * test.difference:+.1f} points, 95 % interval {100 * low:+.1f} to {100 * high:+.1f}"
    name = "exact McNemar, or sign flips by task" if runs else "over seeds and tasks"
    yield f"p = {test.p_value:.4f} ({name})"
    yield f"smallest difference that such a comparison finds with 80 % power: {100 * test.detectable:.1f} points"
    question = "this trained agent" if runs else "this method"
    better = "A is better" if test.difference > 0 else "B is better"
    yield f"is {question} better? {better if test.p_value < ALPHA else 'no difference can be told'}"
    for note in found.notes:
        yield f"note: {note}"


def _both_ends(found: Comparison, number: int) -> list[Flip]:
    shown = found.flips if len(found.flips) <= number else found.flips[: number - number // 2]
    rest = found.flips[len(found.flips) - number // 2 :] if len(found.flips) > number and number // 2 else ()
    return [*shown, *rest]


def _plain(found: Comparison) -> dict[str, object]:
    return {
        "a": {"name": found.a.name, "runs": [run.id for run in found.a.runs], "mean": found.means[0]},
        "b": {"name": found.b.name, "runs": [run.id for run in found.b.runs], "mean": found.means[1]},
        "tasks": found.tasks,
        "by_task": asdict(found.by_task),
        "methods": asdict(found.methods) if found.methods else None,
        "flips": [asdict(flip) for flip in found.flips],
        "notes": list(found.notes),
    }
