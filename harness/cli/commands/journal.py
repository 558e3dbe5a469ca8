"""`harness journal stats|export|prune`: the recorded answers of a run, and those that runs share."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.table import Table

from harness.cli.commands.runs import Results
from harness.cli.output import console, say
from harness.core.domain import Usage
from harness.core.errors import ConfigError
from harness.core.printable import json_printable
from harness.llm.door import SHARED
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import PROBE, Record, encode, usages
from harness.records.files import whole
from harness.records.store import find_run
from harness.run.progress.units import tokens

app = typer.Typer(add_completion=False, no_args_is_help=True)

Run = Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")]


@app.callback()
def journal() -> None:
    """Count, export or prune the recorded answers."""


@app.command()
def stats(
    run: Annotated[str, typer.Argument(help="A run; without one, the answers that runs share.")] = "",
    results: Results = Path("results"),
) -> None:
    """Count a run's records by role and phase; without a run, the shared answers."""
    if not run:
        from harness.llm.storage.pruning import store_size

        answers, leases, size = store_size(results / "answers.sqlite")
        say(f"{answers:,} shared answers, {leases} calls on their way, {size / 1e6:.1f} MB")
        return
    rows: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    with _journal(run, results) as recorded:
        for record in recorded.records():
            phase = record.purpose or str(record.about.get("effect", ""))
            shared = int(SHARED in record.about)
            taken = usages(record) or [Usage()]
            for (kind, of), usage in zip(((record.kind, phase), ("answer", PROBE)), taken, strict=False):
                row = rows[kind, of, record.role]
                for place, more in enumerate((1, shared, usage.prompt, usage.completion)):
                    row[place] += more
        for note in recorded.notes:
            say(note)
    table = Table()
    for title in ("kind", "phase", "role", "records", "paid by others", "prompt", "completion"):
        table.add_column(title, justify="left" if title in ("kind", "phase", "role") else "right")
    for key, (number, shared, prompt, completion) in sorted(rows.items()):
        table.add_row(*key, f"{number:,}", f"{shared:,}", tokens(prompt), tokens(completion))
    console().print(table)


@app.command()
def export(
    run: Run,
    results: Results = Path("results"),
    out: Annotated[Path | None, typer.Option(help="A file; standard output without one.")] = None,
) -> None:
    """Write a run's records as JSON lines, in the order in which they came, without checksums."""
    with _journal(run, results) as recorded:
        if out is None:
            _write(recorded, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        with whole(out) as part, part.open("wb") as stream:
            _write(recorded, stream)


@app.command()
def prune(
    days: Annotated[float, typer.Option(help="Drop shared answers older than this number of days.")],
    results: Results = Path("results"),
) -> None:
    """Drop old shared answers. Journals of runs stay whole: they are what a run is replayed and verified from."""
    from harness.llm.storage.pruning import prune

    if days < 0:
        raise ConfigError(f"--days {days}: must not be negative")
    answers, leases = prune(results / "answers.sqlite", days)
    say(f"dropped {answers:,} shared answers and {leases} leases that ran out")


def _write(recorded: Journal, stream: BinaryIO) -> None:
    for record in recorded.records():
        stream.write(json_printable(encode(_row(record)).decode()).encode() + b"\n")


@contextmanager
def _journal(run: str, results: Path) -> Iterator[Journal]:
    recorded = Journal.open(find_run(run, results).journal, read_only=True)
    try:
        yield recorded
    finally:
        asyncio.run(recorded.close())


def _row(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in Record.__slots__}
