"""Where classes of the user's own are looked for: the current folder, after all that is installed.

A file in it can shadow neither our packages nor our dependencies, and only commands that build what a user typed
or trusts look there at all.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path


def forget_working_folder() -> None:
    """Take the current folder, which `python -m` puts first, from the path of imports.

    It stays where it is the project's own root: the program itself is run from there.
    """
    here, root = Path.cwd().resolve(), Path(__file__).resolve().parents[2]
    if here != root and sys.path and Path(sys.path[0] or ".").resolve() == here:
        del sys.path[0]


def append_working_folder() -> None:
    """Let classes of the current folder be imported by name."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)


def trust_working_folder(trusted: Collection[str] | None) -> None:
    """Look in the current folder where the user trusts a class by name."""
    if trusted:
        append_working_folder()
