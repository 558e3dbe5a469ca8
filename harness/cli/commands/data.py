"""`harness data ENV ...`: prepare or check a data set. What there is to do is the environment's own business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from harness.cli.hooks import of_environment
from harness.cli.output import say
from harness.core.errors import ConfigError
from harness.run.config.presets import options

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def data(
    context: typer.Context,
    env: Annotated[str, typer.Argument(help="The environment; its own options follow (--help lists them).")] = "",
) -> None:
    """Prepare or check the data of an environment: `harness data alfworld --help`."""
    known = [name for name in options("env") if _command(name)]
    if env in ("", "-h", "--help"):
        say(f"usage: harness data ENV [OPTIONS]   prepare or check a data set\nENV: {', '.join(known)}")
        return
    command = _command(env) if env in known else None
    if command is None:
        raise ConfigError(f"data {env}: there is nothing to prepare; choose one of {', '.join(known)}")
    raise typer.Exit(command(context.args))


def _command(env: str) -> Callable[[Sequence[str]], int] | None:
    return of_environment(env, "data", name="data_command")
