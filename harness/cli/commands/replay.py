"""`harness replay RUN`: run it again offline, from its journal alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.commands.runs import Results
from harness.cli.import_path import trust_working_folder
from harness.cli.output import say
from harness.cli.trajectory import indented
from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.records.store import find_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.run.replay.outside import Heard

app = typer.Typer(add_completion=False)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Where the environment's data lies here.")]
Prompts = Annotated[Path | None, typer.Option("--prompts", help="A folder with the prompt templates of the run.")]
Trust = Annotated[
    list[str] | None,
    typer.Option("--trust", help="A class (module.Class) that the record names and that may be imported. Repeatable."),
]


@app.command()
def replay(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), or its folder.")],
    results: Results = Path("results"),
    data_dir: DataDir = None,
    prompts: Prompts = None,
    trust: Trust = None,
    calls: Annotated[
        Role | None, typer.Option(help="Print every call of this role, its messages and its answer, instead.")
    ] = None,
    call: Annotated[
        int | None, typer.Option("--call", min=1, help="With --calls: only the call of this number.")
    ] = None,
) -> None:
    """Run a recorded run again, offline, from its journal alone.

    Nothing is asked of a model and nothing is changed: the new record is written to a temporary folder. It must equal
    the old one byte for byte, but for times. What differs is printed, and the exit code is 1 then.

    With --calls evaluator, optimizer or merger, the prompts of that role are printed as they were sent. The record
    holds what they are made of.
    """
    if call is not None and calls is None:
        raise ConfigError("--call is the number of a call of --calls ROLE: add --calls optimizer, for example")
    from harness.run.config.recorded import Local
    from harness.run.replay import again
    from harness.run.replay.offline import offline

    trust_working_folder(trust)
    folder = find_run(run, results)
    with offline(), tempfile.TemporaryDirectory(prefix="harness-replay-") as work:
        recorded = again.recording(folder, Path(work), local=Local(data_dir, prompts), trusted=trust or ())
        if calls is not None:
            _print_calls(again.calls_of(recorded, calls), calls, number=call)
            return
        changed = again.identity_differences(recorded.record.identity, recorded.plan.identity)
        for line in changed:
            say(f"this checkout or machine differs: {line}")
        ready, notes = again.replay(recorded)
        for note in notes:
            say(note)
        differing = again.record_differences(folder, ready.folder)
    for line in differing:
        say(line)
    if differing:
        say(f"run {recorded.record.run_id}: the replay differs from the record")
        raise typer.Exit(1)
    say(f"run {recorded.record.run_id}: the replay equals the record, byte for byte but for times")


def _print_calls(heard: Sequence[Heard], role: Role, *, number: int | None) -> None:
    if number is not None and number > len(heard):
        raise ConfigError(f"--call {number}: the run has {len(heard)} calls of the {role}")
    for place, call in enumerate(heard, 1):
        if number not in (None, place):
            continue
        say(f"call {place} of {len(heard)}: {call.role}, {call.purpose}")
        for message in call.messages:
            say("\n".join(["", f"{message.role}:", *indented(message.content)]))
        say("\n".join(["", "answer:", *indented(call.answer.text), ""]))
