"""Which file system a folder is on, by Linux's table of mounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

OBJECT_STORES = ("fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys", "fuse.rclone", "fuse.mountpoint-s3")
"""File systems of many machines that pass no lock on."""

OF_MANY_MACHINES = (
    *("nfs", "nfs4", "cifs", "smb3", "lustre", "ceph", "gpfs", "beegfs", "afs", "fuse.ceph", "fuse.glusterfs"),
    *OBJECT_STORES,
)
"""Kinds of file systems that several machines may write at the same time."""


@dataclass(frozen=True)
class FileSystem:
    """A mounted file system: its kind, as ``mount -t`` names it, and its options. Empty where nothing is known."""

    kind: str = ""
    options: frozenset[str] = frozenset()

    @property
    def of_many_machines(self) -> bool:
        """Whether other machines may write it at the same time."""
        return self.kind in OF_MANY_MACHINES


def mounts() -> str:
    """Return the table of mounts of this process; empty where the system is not Linux."""
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def file_system(table: str, folder: Path) -> FileSystem:
    """Return the file system that holds a folder.

    Parameters
    ----------
    table
        Text of ``/proc/self/mountinfo`` (proc(5)).
    folder
        Absolute, without links.
    """
    found, depth = FileSystem(), -1
    for line in table.splitlines():
        left, separator, right = line.partition(" - ")
        place, kind = left.split(" "), right.split(" ")
        if not separator or len(place) < 6 or len(kind) < 3:
            continue
        point = Path(_unescaped(place[4]))
        if folder.is_relative_to(point) and len(point.parts) >= depth:  # a later mount hides an earlier one
            found = FileSystem(kind[0], frozenset([*place[5].split(","), *kind[2].split(",")]))
            depth = len(point.parts)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
