"""What a command prints. Every text of a record, a model or an error passes here; none of it reaches the terminal raw.

``say`` prints lines, ``console`` tables. Neither takes markup, so that ``[/]`` in a record is three characters.
"""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from harness.core.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 160
"""Columns of a table where there is no terminal, so that nothing is cut."""


NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What the system says where output finds no place."""


def say(text: object = "", *, error: bool = False, end: str = "\n") -> None:
    """Print lines of text on standard output, or on standard error, at once."""
    print(printable(str(text), lines=True), file=sys.stderr if error else sys.stdout, end=end, flush=True)


def print_anywhere() -> None:
    """Let output show letters that the locale's encoding lacks as escapes, instead of failing at them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def silence() -> None:
    """Send standard output nowhere from now on: its reader went away, or the disk behind it is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> Console:
    """Return a console on standard output."""
    from harness.cli.terminal import Terminal

    plain = Terminal()
    return plain if plain.is_terminal else Terminal(WIDE)
