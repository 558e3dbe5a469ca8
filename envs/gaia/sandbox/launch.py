"""The two ways to start a sandbox: in namespaces of its own, and without."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from envs.gaia.sandbox import inside, readers
from envs.gaia.sandbox.api import MIB
from envs.gaia.sandbox.box import Box
from envs.gaia.sandbox.inside.setup import Setup

ENVIRONMENT = {
    "PATH": "/nonexistent",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
}
"""The whole environment of a sandbox, of bubblewrap itself too: its memory is readable in ``/proc``."""

NAMESPACES = ("user", "pid", "net", "ipc", "uts", "cgroup")
_BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from inside.zygote import main; main()"
_INSIDE = Path(inside.__file__).parent
_SCRATCH = 64 * MIB


@dataclass(frozen=True)
class Launch:
    """A command that starts a sandbox, and what its inside is to know."""

    command: tuple[str, ...]
    setup: Setup


def plain(box: Box, control: int) -> Launch:
    """Start without namespaces: Landlock, the filter and the resource limits hold alone."""
    readable = tuple(str(path) for path in (*readers.libraries(), *readers.entries()))
    setup = Setup(str(box.path), readable, f"{box.path}/site", readers.PRELOAD, namespaces=False)
    return Launch((*_python(str(readers.interpreter()), _INSIDE.parent), str(control), setup.to_json()), setup)


def bubblewrap(box: Box, control: int, info: int) -> Launch:
    """Start in new namespaces on an empty, read-only root.

    Not with ``--die-with-parent``: a host that dies while bubblewrap starts would then end bubblewrap alone, and the
    child would wait for it for ever. The inside ends by itself when the host's end of the socket closes.

    Parameters
    ----------
    control
        The descriptor of the sandbox's end of the socket.
    info
        The descriptor to which bubblewrap writes what it made.
    """
    readable = tuple(str(path) for path in readers.libraries())
    setup = Setup("/box", readable, "/box/site", readers.PRELOAD, namespaces=True)
    program = str(readers.interpreter())
    command = [
        shutil.which("bwrap") or "bwrap",
        *(f"--unshare-{name}" for name in NAMESPACES),
        *("--new-session", "--as-pid-1", "--clearenv", "--cap-drop", "ALL"),
        *("--hostname", "box", "--info-fd", str(info)),
        *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
        *(word for path in (program, *readable) for word in ("--ro-bind", path, path)),
        *(word for path in readers.entries() for word in ("--ro-bind", str(path), f"/box/site/{path.name}")),
        *("--ro-bind", str(_INSIDE), "/box/code/inside"),
        *("--ro-bind", f"{box.path}/inputs", "/box/inputs"),
        *("--size", str(_SCRATCH), "--perms", "0700", "--tmpfs", "/box/scratch"),
        *("--size", "65536", "--perms", "0700", "--tmpfs", "/box/outside"),
        *(word for name in ("null", "zero", "urandom") for word in ("--dev-bind", f"/dev/{name}", f"/dev/{name}")),
        *("--remount-ro", "/", "--chdir", "/box/scratch", "--"),
        *_python(program, Path("/box/code")),
        *(str(control), setup.to_json()),
    ]
    return Launch(tuple(command), setup)


def proven_namespaces(process: int) -> dict[str, bool]:
    """Return, for each namespace of the sandbox whose first process is `process`, whether it is not the host's own."""
    return {f"{name} namespace": _own_namespace(process, name) for name in (*NAMESPACES, "mnt")}


def _own_namespace(process: int, name: str) -> bool:
    try:
        return Path(f"/proc/{process}/ns/{name}").readlink() != Path(f"/proc/self/ns/{name}").readlink()
    except OSError:
        return False


def _python(program: str, code: Path) -> tuple[str, ...]:
    return (program, "-s", "-S", "-P", "-B", "-c", _BOOT, str(code))
