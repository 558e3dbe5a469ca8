"""`harness data ENV ...`: prepare or check a data set. What there is to do is the environment's own business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from harness.errors import ConfigError
from harness.presets import conf_dir, options

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def data(
    context: typer.Context,
    env: Annotated[str, typer.Argument(help="The environment; its own options follow (--help lists them).")] = "",
) -> None:
    """Prepare or check the data of an environment: `harness data alfworld --help`."""
    known = [name for name in options("env") if _command(name)]
    if env in ("", "-h", "--help"):
        print(f"usage: harness data ENV [OPTIONS]   prepare or check a data set\nENV: {', '.join(known)}")
        return
    command = _command(env) if env in known else None
    if command is None:
        raise ConfigError(f"data {env}: there is nothing to prepare; choose one of {', '.join(known)}")
    raise typer.Exit(command(context.args))


def _command(env: str) -> Callable[[Sequence[str]], int] | None:
    """Return the `data_command` of the package that an environment's preset names, if it has one."""
    from omegaconf import OmegaConf

    path = conf_dir() / "env" / f"{env}.yaml"
    target = OmegaConf.select(OmegaConf.load(path), "env._target_", default=None) if path.exists() else None
    if target is None:
        return None
    module = ".".join([*str(target).split(".")[:-2], "data"])
    if find_spec(module) is None:
        return None
    found: Callable[[Sequence[str]], int] = import_module(module).data_command
    return found
