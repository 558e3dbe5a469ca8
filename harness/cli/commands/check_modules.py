"""`harness check-modules MODULE ...`: does the score depend on each guideline or tool, and on modules one by one?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from harness.cli.output import console
from harness.core.errors import ConfigError
from harness.records.schema import LineageEvent
from harness.records.store import find_run
from harness.run.config.presets import conf_dir, options

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def check_modules(
    context: typer.Context,
    module: Annotated[str, typer.Argument(help="A run (its id, or its folder), or a text file with an instruction.")],
    tasks: Annotated[int, typer.Option(min=1, help="How many training tasks to measure on.")] = 30,
) -> None:
    """Drop each guideline or tool of a learned module and see the score change: `harness check-modules RUN`.

    Where more than one module was learned, also the two-by-two of initial and learned ones. Whatever follows are
    settings, as of a run: `env=alfworld backbone=gpt-4o`. Records lie under `checks` of the results folder.
    """
    words = list(context.args)
    results = next((word.partition("=")[2] for word in words if word.startswith("results_dir=")), "results")
    path, env = _found(module, Path(results))
    if env and not any(word.startswith("env=") for word in words):
        words.insert(0, f"env={env}")
    events = _run([*_given(path, tasks, words), *words, f"results_dir='{Path(results) / 'checks'}'"])
    console().print(table([event for event in events if event.kind == "module-check"]))


def _found(module: str, results: Path) -> tuple[Path, str]:
    if Path(module).is_file():
        return Path(module), ""
    folder = find_run(module, results)
    record, result = folder.read_run(), folder.read_result()
    if record is None or result is None:
        raise ConfigError(f"{folder.path} has no learned module yet: the run has not ended")
    env = record.env if record.env in options("env") else ""
    return folder.path / "modules" / f"{result.module[:12]}.json", env


def _given(path: Path, tasks: int, words: Sequence[str]) -> list[str]:
    target = "harness.run.checks.modules.ModuleCheck"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    given = ["method=custom", f"method._target_={target}", "method.name=check-modules", f"+method.learned='{path}'"]
    given += [f"+method.digest={digest}", f"+method.tasks={tasks}", "baseline=false"]
    env = next((word.partition("=")[2] for word in reversed(words) if word.startswith("env=")), "alfworld")
    preset = conf_dir() / "env" / f"{env}.yaml"
    if preset.is_file() and "test_size:" in preset.read_text(encoding="utf-8"):
        given.append("env.test_size=1")  # nothing is tested here; a run ends with a test
    return given


def _run(words: Sequence[str]) -> list[LineageEvent]:
    from hydra import compose, initialize_config_dir
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    from harness.run.config.settings import read_settings
    from harness.run.execute import execute
    from harness.run.plan import plan
    from harness.run.progress.display import display

    try:
        with initialize_config_dir(str(conf_dir()), version_base="1.3"):
            config = OmegaConf.to_container(compose("config", list(words)), resolve=True)
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(str(error).splitlines()[0]) from None
    assert isinstance(config, dict)
    ready = plan(read_settings({str(key): value for key, value in config.items() if key != "hydra"}))
    if ready.settings.fresh or ready.folder.read_result() is None:
        with display() as observer:
            execute(ready, observer)
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
