"""A task's file in a line, for tool makers: its name, its size, what it looks like, its first bytes."""

from __future__ import annotations

import codecs
from pathlib import Path

from envs.gaia.sandbox.inside.kinds import looks_like

_SHOWN = 48
_READ = 65_536


def described(file: Path) -> str:
    """Return the line."""
    with file.open("rb") as stream:
        start = stream.read(_READ)
    first = ascii(start[:_SHOWN].decode("latin-1"))
    return f"{file.name}: {file.stat().st_size:,} bytes, {_kind(start)}, begins with {first}"


def _kind(start: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last letter may be cut
    except UnicodeDecodeError:
        return looks_like(start)
    return looks_like(start) if b"\0" in start else "text"
