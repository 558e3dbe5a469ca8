"""`harness export OUT`: the results for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.runs import Results
from harness.cli.output import say
from harness.core.errors import ConfigError
from harness.core.extras import install

app = typer.Typer(add_completion=False)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The folder to write into.")],
    results: Results = Path("results"),
    inspect: Annotated[
        bool, typer.Option("--inspect", help="Write Inspect AI logs of the final tests instead (`inspect view`).")
    ] = False,
) -> None:
    """Write results as Parquet (runs, rollouts, lineage, usage) and the JSON Schema of the record.

    Texts of sensitive environments are replaced by digests.
    """
    from harness.records.reading.parquet import write_parquet, write_schema
    from harness.records.reading.runs import read_runs, readable

    if not results.is_dir():
        raise ConfigError(f"there is no results folder {results}")
    found, apart = read_runs(results)
    runs, damaged = readable(found)
    for bad in (*apart, *damaged):
        say(f"left out: {bad.folder.path}: {bad.reason}", error=True)
    if inspect:
        from harness.records.reading.inspect_logs import write_inspect_logs

        try:
            logs = write_inspect_logs(runs, out)
        except ImportError:
            raise ConfigError(f"Inspect logs need a package: {install('inspect')}") from None
        say(f"{len(logs)} logs in {out}")
        return
    try:
        written = write_parquet(runs, out)
    except ImportError:
        raise ConfigError(f"Parquet needs a package: {install('parquet')}") from None
    for path in [*written, write_schema(out)]:
        say(path)
