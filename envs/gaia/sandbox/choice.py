"""Which sandbox this machine can have; none is an error, never a run without one."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Literal

from envs.gaia.sandbox import launch, pool, readers
from envs.gaia.sandbox.api import Sandbox
from envs.gaia.sandbox.box import Box
from envs.gaia.sandbox.inside import landlock, syscalls
from harness.core.errors import ConfigError

Mode = Literal["auto", "bwrap", "landlock"]
_LANDLOCK_ALONE = 3
"""The first version that can forbid to truncate files; namespaces forbid that themselves."""


def open_sandbox(mode: Mode = "auto", size: int | None = None) -> Sandbox:
    """Return the sandbox of this mode; nothing is started before its first call.

    Parameters
    ----------
    mode
        ``bwrap``; ``landlock``, where namespaces are refused; ``auto``: the first of these that works here.
    size
        How many calls run at once; the number of processors by default.

    Raises
    ------
    ConfigError
        If the mode does not work here, with what to do.
    """
    if mode not in ("auto", "bwrap", "landlock"):
        raise ConfigError(f"sandbox={mode} is unknown; use auto, bwrap or landlock")
    bwrap, alone = why_not_bwrap(), why_not_landlock()
    if mode != "landlock" and bwrap is None:
        return pool.in_namespaces(size)
    if mode != "bwrap" and alone is None:
        return pool.without_namespaces(size)
    reasons = {"bwrap": bwrap, "landlock": alone, "auto": f"bwrap: {bwrap}; landlock: {alone}"}
    raise ConfigError(f"no sandbox, so no tool is run: {reasons[mode]}")


def why_not_bwrap() -> str | None:
    """Return what keeps bubblewrap from working here, with what mends it; None where it works."""
    if (reason := _why_not_at_all(1)) is not None:
        return reason
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (apt-get install bubblewrap)"
    box = Box()
    try:
        launched = launch.bubblewrap(box, 0, 1)
        program = launched.command[: launched.command.index("--") + 1]
        tried = [*program, str(readers.interpreter()), "-S", "-c", ""]
        done = subprocess.run(tried, env=launch.ENVIRONMENT, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not run: {error}"
    finally:
        box.remove()
    if done.returncode == 0:
        return None
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return (
        f"bubblewrap cannot make namespaces here ({said[-1] if said else 'no reason given'}); allow unprivileged user "
        "namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0) or use sandbox=landlock"
    )


def why_not_landlock() -> str | None:
    """Return what keeps Landlock from holding alone here, with what mends it; None where it can."""
    return _why_not_at_all(_LANDLOCK_ALONE)


def _why_not_at_all(version: int) -> str | None:
    if os.name != "posix" or os.uname().sysname != "Linux":
        return "the sandbox needs Linux (in a virtual machine or a container)"
    if syscalls.allowed() is None:
        return f"the sandbox knows the system calls of x86_64 and aarch64, not of {syscalls.machine()}"
    if landlock.version() < version:
        return (
            f"the kernel has Landlock {landlock.version()}, {version} is needed (Linux 6.2, and lsm=landlock at boot)"
        )
    if readers.missing():
        return f"readers are not installed (pip install {' '.join(readers.missing())})"
    return None
