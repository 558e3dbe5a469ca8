"""Lines of a file on their way to disk: written as they come, put into an order at the end.

Memory holds 16 bytes a row and 24 a text, so that it stays flat in the size of the trajectories.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import orjson

from harness.llm.key_set import KeySet
from harness.llm.redact import clean_bytes
from harness.records.files import refused, told
from harness.records.schema import RolloutRow
from harness.records.texts import key_of, storable

Place = tuple[int, ...]
"""Where a row stands: scope numbers, number of the Lab's call, number of the task or, in a test, of the trial."""


class LineSpool(ABC):
    """Collects the lines of one file; a subclass knows their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._ends = array("Q", [0])
        with told():
            self._file = self._part.open("w+b")

    def write(self, line: bytes) -> None:
        """Write a line (without its end)."""
        try:
            self._file.write(line + b"\n")
        except OSError as error:
            raise refused(error) from error
        self._ends.append(self._ends[-1] + len(line) + 1)

    def flush(self) -> None:
        """Let other processes see what was written."""
        try:
            self._file.flush()
        except OSError as error:
            raise refused(error) from error

    @abstractmethod
    def order(self) -> Sequence[int]:
        """Return the numbers of the lines, as they were written, in the order that the file has."""

    def finish(self) -> None:
        """Write the file, its lines in their order, and drop the spool."""
        whole = self._path.with_name(f".{self._path.name}.whole")
        with told():
            try:
                with whole.open("wb") as out:
                    for number in self.order():
                        self._file.seek(self._ends[number])
                        out.write(self._file.read(self._ends[number + 1] - self._ends[number]))
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


class TextSpool(LineSpool):
    """Collects the texts of a run for ``texts.jsonl``, each once, in the order of their keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._known = KeySet()
        self._keys = array("Q")

    def add(self, text: str) -> str:
        """Keep a text; return its key."""
        return self.keep(storable(text))

    def keep(self, text: str) -> str:
        """Keep a text that is `storable` already; return its key."""
        key = key_of(text)
        if self._known.add(key):
            self._keys.append(int(key, 16))
            self.write(orjson.dumps({"key": key, "text": text}))
        return key

    def order(self) -> Sequence[int]:
        """Return the numbers of the texts by their keys."""
        import numpy as np

        return array("q", np.argsort(np.array(self._keys, np.uint64)).tobytes())


class Spool(LineSpool):
    """Collects the rows of ``train.jsonl`` or ``test.jsonl``.

    Parameters
    ----------
    texts
        Keeps the texts that the rows refer to; None: the rows hold no question, truth or messages.
    """

    def __init__(self, path: Path, texts: TextSpool | None = None) -> None:
        super().__init__(path)
        self.texts = texts
        self._verbs: dict[Place, int] = {}
        self._verb = array("I")
        self._number = array("Q")

    def add(self, place: Place, row: RolloutRow) -> None:
        """Write a row. Places are unique, and none but for its last number is the beginning of another."""
        *verb, number = place
        self._verb.append(self._verbs.setdefault(tuple(verb), len(self._verbs)))
        self._number.append(number)
        self.write(clean_bytes(row.line()))
        self.flush()  # `harness watch` reads along

    def order(self) -> Sequence[int]:
        """Return the numbers of the rows by their places."""
        import numpy as np

        ranks = np.empty(len(self._verbs), np.int64)
        ranks[[self._verbs[verb] for verb in sorted(self._verbs)]] = np.arange(len(self._verbs))
        return array("q", np.lexsort((np.array(self._number), ranks[np.array(self._verb, np.int64)])).tobytes())
