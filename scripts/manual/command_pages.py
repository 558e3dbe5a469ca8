"""The reference of commands, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import click
import typer

from harness.cli.main import COMMANDS


def commands() -> str:
    """Return the page."""
    lines = [
        "# Commands",
        "",
        "`harness COMMAND` and `python -m harness COMMAND` are one program. Words that are no command describe a run: "
        "see [Settings](settings.md). Exit codes: 0 success, 1 a run failed or is incomplete, 2 the command or config "
        "is wrong.",
        "",
    ]
    for name, purpose in COMMANDS.items():
        app = import_module(f"harness.cli.commands.{name.replace('-', '_')}").app
        lines += [f"## harness {name}", "", f"*{purpose[0].upper()}{purpose[1:]}.*", ""]
        lines += _command(f"harness {name}", typer.main.get_command(app))
    return "\n".join(lines)


def _command(path: str, command: click.Command) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children:
        for name, child in children.items():
            yield from (f"### {path} {name}", "")
            yield from _command(f"{path} {name}", child)
        return
    yield from (f"```text\n{path} {' '.join(_usage(command))}\n```", "")
    if command.help:
        yield from (command.help.replace("\b", ""), "")
    if options := [parameter for parameter in command.params if parameter.name != "help"]:
        yield from ("| argument or option | meaning |", "|---|---|")
        for option in options:
            yield f"| {_names(option)} | {_meaning(option)} |"
        yield ""


def _usage(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            name = (parameter.name or "").upper()
            yield name if parameter.required else f"[{name}]"
    yield "[OPTIONS]"


def _names(parameter: click.Parameter) -> str:
    if parameter.param_type_name == "argument":
        return f"`{(parameter.name or '').upper()}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _meaning(parameter: click.Parameter) -> str:
    help_text = str(getattr(parameter, "help", "") or "").replace("|", "\\|").replace("\n", " ")
    default = parameter.default
    shown = default is not None and default is not False and default != () and not callable(default)
    return f"{help_text} Default: `{default}`." if shown else help_text
