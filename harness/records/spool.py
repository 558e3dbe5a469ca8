"""Rollout rows on their way to disk: written as they come, put into the method's own order at the end.

Memory holds a place and an offset a row, so that it stays flat in the size of the trajectories.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from harness.llm.redact import clean_bytes
from harness.records.files import told
from harness.records.schema import RolloutRow

Place = tuple[int, ...]
"""Where a row stands: scope numbers, number of the Lab's call, number of the task, trial."""


class Spool:
    """Collects the rows of one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._rows: list[tuple[Place, int, int]] = []
        with told():
            self._file = self._part.open("w+b")

    def add(self, place: Place, row: RolloutRow) -> None:
        """Write a row down; places are unique."""
        data = clean_bytes(row.model_dump_json().encode()) + b"\n"
        with told():
            offset = self._file.tell()
            self._file.write(data)
            self._file.flush()  # `harness watch` reads along
        self._rows.append((place, offset, len(data)))

    def finish(self) -> None:
        """Write the file, rows in the order of their places, and drop the spool."""
        whole = self._path.with_name(f".{self._path.name}.whole")
        with told():
            try:
                with whole.open("wb") as out:
                    for _, offset, length in sorted(self._rows):
                        self._file.seek(offset)
                        out.write(self._file.read(length))
                    out.flush()
                    os.fsync(out.fileno())
                whole.replace(self._path)
            finally:
                with suppress(OSError):
                    whole.unlink()
        self.close()

    def close(self) -> None:
        """Drop the spool without writing the file (a run that stops goes through its journal again)."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink()
