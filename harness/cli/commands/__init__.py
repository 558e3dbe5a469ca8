"""Subcommands, a file each: a Typer app called `app`, imported only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module


def run_command(name: str, words: Sequence[str]) -> int:
    """Run a subcommand and return its exit code."""
    import typer
    from click.exceptions import ClickException, Exit

    app = import_module(f"harness.cli.commands.{name}").app
    command = typer.main.get_command(app)
    try:
        code = command.main(args=list(words), prog_name=f"harness {name}", standalone_mode=False)
    except Exit as leaving:
        return leaving.exit_code
    except ClickException as error:
        error.show()
        return 2
    return code if isinstance(code, int) else 0
