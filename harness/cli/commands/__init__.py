"""Subcommands, a file each: a Typer app called `app`, imported only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module


def run_command(name: str, words: Sequence[str]) -> int:
    """Run a subcommand and return its exit code."""
    import typer

    app = import_module(f"harness.cli.commands.{name.replace('-', '_')}").app
    try:
        typer.main.get_command(app).main(args=list(words), prog_name=f"harness {name}")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0
