"""Lines of a file on their way to disk: written as they come, put into an order at the end.

Memory holds a place and an offset a line, so that it stays flat in the size of the trajectories.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from harness.llm.redact import clean_bytes
from harness.records.files import told
from harness.records.schema import RolloutRow
from harness.records.texts import TextLine, key_of, storable

P = TypeVar("P", tuple[int, ...], str)

Place = tuple[int, ...]
"""Where a row stands: scope numbers, number of the Lab's call, number of the task, trial."""


class LineSpool(Generic[P]):
    """Collects the lines of one file; their places are unique and give their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._lines: list[tuple[P, int, int]] = []
        with told():
            self._file = self._part.open("w+b")

    def write(self, place: P, line: bytes) -> None:
        """Write a line (without its end)."""
        data = line + b"\n"
        with told():
            offset = self._file.tell()
            self._file.write(data)
            self._file.flush()  # `harness watch` reads along
        self._lines.append((place, offset, len(data)))

    def finish(self) -> None:
        """Write the file, lines in the order of their places, and drop the spool."""
        whole = self._path.with_name(f".{self._path.name}.whole")
        with told():
            try:
                with whole.open("wb") as out:
                    for _, offset, length in sorted(self._lines):
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


class TextSpool(LineSpool[str]):
    """Collects the texts of a run for ``texts.jsonl``, each once, in the order of their keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._known: set[str] = set()

    def add(self, text: str) -> str:
        """Keep a text; return its key."""
        text = storable(text)
        key = key_of(text)
        if key not in self._known:
            self._known.add(key)
            self.write(key, TextLine(key=key, text=text).model_dump_json().encode())
        return key


class Spool(LineSpool[Place]):
    """Collects the rows of ``train.jsonl`` or ``test.jsonl``.

    Parameters
    ----------
    texts
        Keeps the texts that the rows refer to; None: the rows hold no question, truth or messages.
    """

    def __init__(self, path: Path, texts: TextSpool | None = None) -> None:
        super().__init__(path)
        self.texts = texts

    def add(self, place: Place, row: RolloutRow) -> None:
        """Write a row."""
        self.write(place, clean_bytes(row.model_dump_json().encode()))
