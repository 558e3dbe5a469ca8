"""`harness eval MODULE ...`: a learned module on another split, environment or backbone, without training."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.learned import found_module, words_of
from harness.cli.run_one import run_one

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(
    context: typer.Context,
    module: Annotated[str, typer.Argument(help="A text file with an instruction, or a run (its id, or its folder).")],
) -> None:
    """Test a learned module: `harness eval RUN_OR_FILE env.test_split=valid_seen backbone=gpt-4o`.

    Whatever follows the module are settings, as of a run. Of a run, its environment is the default. `baseline=true`
    tests the vanilla agent as well.
    """
    from harness.run.config.composition import compose

    typed = list(context.args)
    found = found_module(module, typed)
    words = ["baseline=false", *words_of("eval", found, typed=typed)]
    raise typer.Exit(run_one(compose(words), ["eval", module, *typed]))
