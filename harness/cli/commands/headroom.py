"""`harness headroom ...`: can this model learn anything in an environment?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.learned import results_dir
from harness.cli.output import console, say
from harness.run.config.composition import compose

if TYPE_CHECKING:
    from harness.reports.headroom import Headroom

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def headroom(
    context: typer.Context,
    tasks: Annotated[int, typer.Option(min=2, help="How many test tasks (also as tasks=24).")] = 24,
) -> None:
    """Play the untouched agent and hand-written modules: `harness headroom env=logisticsqa backbone=gpt-4o`.

    Says whether the environment has room to learn with this model, is saturated, or is out of its reach, before a
    comparison of optimizers is paid for. Settings are those of a run. Records lie under `headroom` of the results
    folder, and what they hold is not paid again.
    """
    from harness.reports.headroom import headroom as measure
    from harness.run.progress.display import display

    typed = [word for word in context.args if not word.startswith("tasks=")]
    wanted = [word.partition("=")[2] for word in context.args if word.startswith("tasks=")]
    if wanted and not (wanted[-1].isdecimal() and len(wanted[-1]) < 10 and int(wanted[-1]) > 1):
        raise typer.BadParameter(f"tasks={wanted[-1]}: give a number from 2 on")
    settings = compose(["method=vanilla", *typed, "baseline=false"])
    settings = settings.model_copy(update={"results_dir": results_dir(typed) / "headroom"})
    with display() as observer:
        found = measure(settings, int(wanted[-1]) if wanted else tasks, observer=observer)
    _print(found)


def _print(found: Headroom) -> None:
    from harness.reports.leaderboard.terminal import table

    rows = [["untouched", f"{100 * found.mean:.1f}", "", ""]]
    for reference in found.references:
        pair = reference.comparison
        low, high = (100 * bound for bound in pair.interval)
        difference = f"{100 * pair.difference:+.1f} ({low:+.1f} to {high:+.1f})"
        rows.append([reference.name, f"{100 * reference.mean:.1f}", difference, f"{pair.wins} / {pair.losses}"])
    models = "SIMULATED MODEL" if found.simulated else "real model"
    heading = f"{found.env}, backbone {found.backbone}, {found.tasks} test tasks ({models})"
    titles = ["modules", "score, %", "difference, 95 % interval", "tasks won / lost"]
    console().print(table(heading, titles, rows))
    for line in _lines(found):
        say(line)


def _lines(found: Headroom) -> Iterator[str]:
    usage = found.usage
    price = "price unknown" if usage.usd is None else f"${usage.usd:.2f}"
    yield f"price of this check: {usage.calls:,} calls, {usage.prompt + usage.completion:,} tokens, {price}"
    reasons = {
        "room to learn": "hand-written modules are better than none, so that optimizers can be told apart here",
        "saturated": "the untouched agent solves 95 % or more, so that an optimizer has next to nothing to add",
        "out of reach for this model": "not even hand-written modules are significantly better on these tasks",
        "unknown": "the environment has no `reference_modules` to compare with",
    }
    yield f"verdict: {found.verdict}: {reasons[found.verdict]}"
