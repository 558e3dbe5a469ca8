"""`harness board SUBMISSIONS`: check a folder of submissions, and make the site of the sound ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.commands.replay import DataDir, Prompts, Trust
from harness.cli.import_path import trust_working_folder
from harness.cli.output import say

if TYPE_CHECKING:
    from harness.reports.submissions import Checked

app = typer.Typer(add_completion=False)


@app.command()
def board(
    submissions: Annotated[Path, typer.Argument(help="The folder of submissions (RUN_ID.zip each).")],
    out: Annotated[Path | None, typer.Option(help="Write the site of the sound submissions into this folder.")] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(help="The folder as it was before a pull request: what it holds must be there, unchanged."),
    ] = None,
    new_only: Annotated[bool, typer.Option("--new-only", help="With --accepted: replay only what is new.")] = False,
    data_dir: DataDir = None,
    prompts: Prompts = None,
    trust: Trust = None,
    recompute: Annotated[
        bool,
        typer.Option("--recompute", help="Do effects and the embedded model's answers again, and report what drifted."),
    ] = False,
) -> None:
    """Check every submission of a folder: form, record, replay offline, copies, changes to what was accepted.

    Prints a line for each file. The exit code is 1 if any cannot be accepted; the site then holds the others. See
    docs/board.md for a board that takes submissions by pull request.
    """
    from harness.reports.site.build import build
    from harness.reports.submissions import Board
    from harness.run.config.recorded import Local
    from harness.run.replay.offline import offline

    trust_working_folder(trust)
    sound = refused = 0
    with tempfile.TemporaryDirectory(prefix="harness-board-") as made:
        results = Path(made) / "results"
        checks = Board(
            results,
            Path(made) / "work",
            accepted=accepted,
            new_only=new_only,
            local=Local(data_dir, prompts),
            trusted=trust or (),
            recompute=recompute,
        )
        with offline():
            for checked in checks.check(submissions):
                _tell(checked)
                sound += not checked.wrong
                refused += bool(checked.wrong)
        say(f"{sound} sound, {refused} refused")
        if out is not None and not sound:
            say(f"no submission is sound: {out} is not written")
        elif out is not None:
            built = build(results, out)
            say(f"{out / 'index.html'}: {built.runs} runs, {built.rollouts:,} rollouts")
    raise typer.Exit(int(refused > 0))


def _tell(checked: Checked) -> None:
    from harness.core.printable import printable

    run, name = checked.run, printable(checked.name)
    if checked.wrong or run is None:
        for line in checked.wrong:
            say(f"WRONG  {name}: {printable(line)}")
        return
    test = run.scored.score["test"]
    about = f"{run.method} on {run.env}, {run.backbone}, seed {run.record.seed}: {100 * test.mean:.1f} ({test.n})"
    say(f"ok     {name}: {printable(about)}")
    for note in checked.notes:
        say(f"         drifted: {printable(note)}")
