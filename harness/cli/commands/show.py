"""`harness show RUN`: scores, the learned module, the lineage, a trajectory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from harness.cli.commands.runs import Results
from harness.cli.groups import cell
from harness.cli.output import console, say
from harness.cli.report import print_result
from harness.cli.resting import resting
from harness.cli.standing import standing
from harness.cli.trajectory import written_out
from harness.core.domain import Note
from harness.core.errors import ConfigError
from harness.records.folder import RunFolder
from harness.records.reading.asked import asked
from harness.records.store import find_run
from harness.records.texts import Texts

app = typer.Typer(add_completion=False)


@app.command()
def show(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")],
    results: Results = Path("results"),
    lineage: Annotated[bool, typer.Option("--lineage", help="How the modules came about.")] = False,
    tasks: Annotated[bool, typer.Option("--tasks", help="The test tasks and how each went.")] = False,
    trajectory: Annotated[
        str | None, typer.Option(help="A test task's id, or a part of it: its trajectory, step by step.")
    ] = None,
    agent: Annotated[str, typer.Option(help="Whose trajectory: trained or vanilla.")] = "trained",
    messages: Annotated[
        bool, typer.Option("--messages", help="With --trajectory: every message to and from the model.")
    ] = False,
) -> None:
    """Show a run: scores and learned module; with an option, one thing of it."""
    folder = find_run(run, results)
    if lineage:
        _lineage(folder)
    elif tasks:
        _tasks(folder)
    elif trajectory is not None:
        _trajectory(folder, trajectory, agent=agent, messages=messages)
    else:
        _whole(folder)


def _whole(folder: RunFolder) -> None:
    result, record = folder.read_result(), folder.read_run()
    if result is None or record is None:
        status, reason = standing(folder, record, result) if record else ("no record", "")
        say(f"{folder.path}: {status}" + (f" ({reason})" if reason else ""))
        return
    print_result(result, folder)
    text = folder.read_text()
    console().print(Panel(Text(text), title="learned module", title_align="left"))
    lineage = folder.read_lineage()
    for table in resting(lineage) if lineage else ():
        console().print(table)


def _lineage(folder: RunFolder) -> None:
    lineage = folder.read_lineage()
    if lineage is None:
        raise ConfigError(f"{folder.path} has no lineage yet: the run has not ended")
    out = console()
    for event in lineage.events:
        made = f" -> {event.modules[:8]}" if event.modules else ""
        came = f" from {', '.join(parent[:8] for parent in event.parents)}" if event.parents else ""
        score = f"  {cell(event.performance)}" if event.performance else ""
        facts = f"  {event.facts}" if event.facts else ""
        out.print(Text(f"{event.id:<10} {event.scope or '-':<24} {event.kind:<10}{made}{came}{score}{facts}"))


def _tasks(folder: RunFolder) -> None:
    for row in folder.rows(folder.test):
        ended = " ".join(f"{name}={_noted(value)}" for name, value in row.notes.items())
        say(f"{'won ' if row.success else 'lost'}  {row.agent:<8} {row.category:<10} {row.task}  {ended}")


def _noted(value: Note) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _trajectory(folder: RunFolder, wanted: str, *, agent: str, messages: bool) -> None:
    row = next((row for row in folder.rows(folder.test) if wanted in row.task and row.agent == agent), None)
    if row is None:
        raise ConfigError(f"no test task of the {agent} agent has {wanted!r} in its id; --tasks lists them")
    found = asked(row, Texts(folder.path)) if row.texts else None
    if messages and found is None:
        raise ConfigError(f"the record of {folder.path} holds no messages: an earlier version wrote it")
    console().print(Text(written_out(row, found, messages=messages)))
