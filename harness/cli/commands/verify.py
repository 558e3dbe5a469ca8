"""`harness verify RUN`: is a record consistent with its journal, split and data?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.replay import DataDir, Prompts, Trust
from harness.cli.commands.runs import Results
from harness.cli.import_path import trust_working_folder
from harness.cli.output import say
from harness.records.folder import RunFolder
from harness.records.store import find_run

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    run: Annotated[str, typer.Argument(help="A run's id (or its beginning), its folder, or a submission.")],
    results: Results = Path("results"),
    data_dir: DataDir = None,
    prompts: Prompts = None,
    trust: Trust = None,
    recompute: Annotated[
        bool,
        typer.Option(
            "--recompute",
            help="Do clusterings, tool results and simulated answers again here, and report what drifted, apart.",
        ),
    ] = False,
) -> None:
    """Prove that a record is consistent with its journal, its split and the checksums of its data.

    Works on a record from another machine: clusterings, tool results and answers come from its journal. Offline.

    Threat model: this finds what was changed in a record after the run (a score, an answer, a task of the split, a
    setting), damage, and other data or code. Whoever forges a journal whole, answers and checksums together, and
    derives the record from it, is beyond it: nothing here proves that a provider ever gave these answers. Answers of
    simulated models can be proven with --recompute. Times, money paid and the list of sessions are not covered. Where a
    program outside optimized (method=command), the result follows from its recorded calls; nothing proves that the
    program would make them again.
    """
    from harness.run.config.recorded import Local
    from harness.run.replay.offline import offline
    from harness.run.replay.outside import Drift
    from harness.run.replay.verification import verify as checks

    trust_working_folder(trust)
    drift = Drift() if recompute else None
    failed = False
    with offline(), tempfile.TemporaryDirectory(prefix="harness-verify-") as made:
        work, folder = Path(made) / "again", _recorded(run, results, work=Path(made))
        for check in checks(folder, work, local=Local(data_dir, prompts), drift=drift, trusted=trust or ()):
            say(f"{'WRONG' if check.wrong else 'ok   '}  {check.name}")
            for line in (*check.wrong, *check.notes):
                say(f"         {line}")
            failed = failed or bool(check.wrong)
    if drift is not None:
        say(f"recomputed {drift.done} effects and simulated answers: {len(drift.found)} differ on this machine")
        for line in drift.found:
            say(f"         {line}")
    if failed:
        raise typer.Exit(1)
    say(f"run {folder.path.name} is consistent with its journal, split and data")


def _recorded(run: str, results: Path, *, work: Path) -> RunFolder:
    if not Path(run).is_file():
        return find_run(run, results)
    from harness.records.submission.unpacking import unpack

    return unpack(Path(run), work / "submitted")
