"""`harness check-modules MODULE ...`: does the score depend on each guideline or tool, and on modules one by one?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from harness.cli.learned import found_module, results_dir, words_of
from harness.cli.output import console
from harness.records.schema import LineageEvent
from harness.run.config.arguments import parameters
from harness.run.config.composition import compose
from harness.run.config.registry import TYPED
from harness.run.config.settings import Settings

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def check_modules(
    context: typer.Context,
    module: Annotated[str, typer.Argument(help="A run (its id, or its folder), or a text file with an instruction.")],
    *,
    tasks: Annotated[int, typer.Option(min=1, help="How many training tasks to measure on.")] = 30,
) -> None:
    """Drop each guideline or tool of a learned module and see the score change: `harness check-modules RUN`.

    Where more than one module was learned, also the two-by-two of initial and learned ones. Whatever follows are
    settings, as of a run: `env=alfworld backbone=gpt-4o`. Records lie under `checks` of the results folder.
    """
    typed = list(context.args)
    words = words_of("check-modules", found_module(module, typed), typed=typed)
    checks = results_dir(typed) / "checks"
    events = _run(compose([*words, f"method.tasks={tasks}", "baseline=false"]), checks)
    console().print(table([event for event in events if event.kind == "module-check"]))


def _run(settings: Settings, results: Path) -> list[LineageEvent]:
    from harness.run.execute import run_or_read
    from harness.run.plan import plan
    from harness.run.progress.display import display

    env = settings.env
    if "test_size" in parameters(TYPED.factory("env", env.get("_target_"))):
        env = {**env, "test_size": 1}  # nothing is tested here; a run ends with a test
    ready = plan(settings.model_copy(update={"env": env, "results_dir": results}))
    with display() as observer:
        run_or_read(ready, observer)
    lineage = ready.folder.read_lineage()
    assert lineage is not None
    return lineage.events


def table(events: Sequence[LineageEvent]) -> Table:
    """Return what was measured, largest losses first."""
    said = {
        "learned": "learned, against the initial modules",
        "alone": "learned alone, against the initial modules",
        "interaction": "together, beyond the sum of each alone",
    }
    tasks = events[0].facts["n"] if events else 0
    made = Table(title=f"what the score depends on ({tasks} training tasks; +- standard error)", title_justify="left")
    for name in ("module", "what", "score", "change", "tasks"):
        made.add_column(name, justify="left" if name in ("module", "what") else "right")
    whole = [event for event in events if event.facts["what"] != "dropped"]
    dropped = sorted((e for e in events if e.facts["what"] == "dropped"), key=lambda event: event.facts["mean"])
    for event in (*whole, *dropped):
        facts = event.facts
        error = "" if facts["error"] is None else f" +- {100 * facts['error']:.1f}"
        what = said.get(facts["what"]) or f"without: {facts['part']}"
        changed = f"{100 * facts['mean']:+.1f}{error}"
        made.add_row(
            facts["module"], Text(what), f"{100 * facts['score']:.1f}", changed, f"+{facts['better']} -{facts['worse']}"
        )
    return made
