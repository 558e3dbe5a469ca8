"""An optimizer from outside: any program, on the budget, the tasks and the models of every other method."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from methods.command.method import Command

__all__ = ["Command"]


def __getattr__(name: str) -> type[Command]:
    """Import the method when it is asked for: the client runs in any Python, with the standard library alone."""
    if name != "Command":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from methods.command.method import Command

    return Command
