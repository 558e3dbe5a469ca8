"""`harness eval MODULE ...`: a learned module on another split, environment or backbone, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.hydra_run import run_hydra
from harness.core.domain import Toolbox
from harness.core.errors import ConfigError
from harness.records.store import find_run
from harness.run.config.presets import options

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(
    context: typer.Context,
    module: Annotated[str, typer.Argument(help="A text file with an instruction, or a run (its id, or its folder).")],
) -> None:
    """Test a learned module: `harness eval RUN_OR_FILE env.test_split=valid_seen backbone=gpt-4o`.

    Whatever follows the module are settings, as of a run. Of a run, its environment is the default.
    """
    words = list(context.args)
    path = Path(module)
    if not path.is_file():
        results = next((word.partition("=")[2] for word in words if word.startswith("results_dir=")), "results")
        folder = find_run(module, Path(results))
        record = folder.read_run()
        path = folder.path / "module.txt"
        if not path.is_file():
            raise ConfigError(f"{folder.path} has no learned module yet: the run has not ended")
        lineage = folder.read_lineage()
        if lineage and any(isinstance(part, Toolbox) for part in folder.read_modules(lineage.final).values()):
            path = folder.path / "modules" / f"{lineage.final[:12]}.json"  # tools are more than their code
        if record and record.env in options("env") and not any(word.startswith("env=") for word in words):
            words.insert(0, f"env={record.env}")
    given = ["method=vanilla", "method.name=eval", "baseline=false", f"env.initial_module='{path}'"]
    raise typer.Exit(run_hydra([*given, *words]))
