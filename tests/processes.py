"""Processes that the code under test started."""

from __future__ import annotations

from pathlib import Path


def descendants(process: int) -> list[int]:
    """Return a process and all that it started (Linux)."""
    inner = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(deeper for child in inner for deeper in descendants(int(child)))]
