"""Paths that a person typed, as a file system takes them."""

from __future__ import annotations

import os
from pathlib import Path

LONGEST_NAME = 255
"""Bytes of a name of a file or folder."""

LONGEST_PATH = 2500
"""Bytes of a path. Linux takes 4,095, and a run's files lie up to five names below its results folder."""


def path_problem(text: str) -> str:
    """Return why a text cannot be a path; empty where it can."""
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:
        return "holds half a letter (a lone surrogate), which no path can"
    if b"\0" in data:
        return "holds a null character, which no path can"
    if any(len(name) > LONGEST_NAME for name in data.split(b"/")):
        return f"holds a name of more than {LONGEST_NAME} bytes, which no file system takes"
    if len(data) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} bytes, too long for a path"
    try:
        Path(text).expanduser()
    except RuntimeError:
        return "begins with ~ and names no home folder of this machine"
    return ""
