"""How to run a program as another user than root, where the machine allows it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

NOBODY = "65534"

_OPEN_A_CLOSED_HOME = """
mount --bind "$2" "$1" && mount -t tmpfs -o mode=755 none "$3" && mkdir -p "$2" && mount --bind "$1" "$2" || exit 97
shift 3
exec "$@"
"""
"""In a mount namespace of its own: show the interpreter ($2, by way of $1) in an otherwise empty directory ($3)."""


def why_not_unprivileged() -> str | None:
    """Return why no program can be started as ``nobody`` here."""
    if os.geteuid() != 0:
        return "only root can become another user"
    if not shutil.which("setpriv") or not shutil.which("unshare"):
        return "setpriv and unshare (util-linux) are not installed"
    return None


def as_nobody(command: list[str], hold: Path) -> list[str]:
    """Return the command that runs `command` as ``nobody``.

    An interpreter in a home that is closed to others is mounted, for that program alone, where it can be read; `hold`
    is an empty directory for that.
    """
    drop = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", *command]
    prefix = Path(sys.base_prefix).resolve()
    closed = [path for path in reversed(prefix.parents) if not path.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return drop
    shell = ["sh", "-c", _OPEN_A_CLOSED_HOME, "sh", str(hold), str(prefix), str(closed[0])]
    return ["unshare", "--mount", "--propagation", "private", *shell, *drop]
