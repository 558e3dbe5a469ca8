"""Subcommands, a file each: a Typer app called `app`, imported only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from harness.cli.exits import refusing_exits
from harness.cli.signals import interrupted


def run_command(name: str, words: Sequence[str]) -> int:
    """Run a subcommand and return its exit code.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted: Typer would exit with code 130, without a word.
    """
    import typer

    app = import_module(f"harness.cli.commands.{name.replace('-', '_')}").app
    command = typer.main.get_command(app)
    assert command.callback is not None
    command.callback = refusing_exits()(command.callback)
    try:
        command.main(args=list(words), prog_name=f"harness {name}")
    except SystemExit as leaving:
        if interrupted(leaving):
            raise KeyboardInterrupt from leaving
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0
