"""Lines of a file on their way to disk: written as they come, put into an order at the end.

Memory holds 16 bytes a row and 24 a text, so that it stays flat in the size of the trajectories; and the few rows that
wait to be written together.
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import orjson

from harness.core.errors import ConfigError
from harness.llm.key_set import KeySet
from harness.llm.redact import clean_bytes
from harness.records.files import refused, told
from harness.records.inside import MOST_LINE
from harness.records.schema import RolloutRow
from harness.records.texts import key_of, storable

Place = tuple[int, ...]
"""Where a row stands: scope numbers, number of the Lab's call, number of the task or, in a test, of the trial."""

TOGETHER, SOON = 32, 0.25
"""Rows are made and written so many at a time, or so many seconds after the first of them came: between model calls,
what a row needs has left the processor's caches, and one alone takes half as long again."""


class LineSpool(ABC):
    """Collects the lines of one file; a subclass knows their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._ends = array("Q", [0])
        self._lines: list[bytes] = []
        self._failure: Exception | None = None
        with told():
            self._file = self._part.open("w+b")

    def write(self, line: bytes) -> None:
        """Write a line (without its end), with the next ones."""
        self._check()
        self._add(line)
        if len(self._lines) >= TOGETHER:
            self.flush()

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._ends.append(self._ends[-1] + len(line) + 1)

    def flush(self) -> None:
        """Write the lines that wait, and let other processes see them.

        Raises
        ------
        IncompleteRun
            If the disk refuses that; again each time from then on, since the file is no longer whole.
        """
        self._check()
        try:
            self._write()
        except OSError as error:
            error.filename = error.filename or str(self._path)
            self._failure = refused(error)
            raise self._failure from error
        except Exception as error:
            self._failure = error
            raise

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        self._file.write(b"".join(b"%b\n" % line for line in lines))
        self._file.flush()

    @abstractmethod
    def order(self) -> Sequence[int]:
        """Return the numbers of the lines, as they were written, in the order that the file has."""

    def finish(self) -> None:
        """Write the file, its lines in their order, and drop the spool."""
        self.flush()
        whole = self._path.with_name(f".{self._path.name}.whole")
        with told():
            try:
                with whole.open("wb") as out:
                    part, ends = self._file.fileno(), self._ends
                    for number in self.order():
                        out.write(os.pread(part, ends[number + 1] - ends[number], ends[number]))
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
        number = int(key, 16)
        if self._known.add_number(number):
            line = orjson.dumps({"key": key, "text": text})
            if len(line) >= MOST_LINE:
                said = f"a text that begins with {text[:40]!r} takes {len(line) >> 20} MiB"
                raise ConfigError(f"env: {said}; a text of a record takes less than {MOST_LINE >> 20}")
            self._keys.append(number)
            self.write(line)
        return key

    def order(self) -> Sequence[int]:
        """Return the numbers of the texts by their keys."""
        import numpy as np

        return np.argsort(np.array(self._keys, np.uint64)).data


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
        self._waiting: list[tuple[Place, Callable[[], RolloutRow]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, place: Place, make: Callable[[], RolloutRow]) -> None:
        """Write the row that `make()` returns, soon (`harness watch` reads along); in an event loop.

        Places are unique, and none but for its last number is the beginning of another. If `make` raises, each call
        from then on raises that, and there is no file.
        """
        self._check()
        self._waiting.append((place, make))
        if len(self._waiting) >= TOGETHER:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SOON, self._ring)

    def _ring(self) -> None:
        with suppress(Exception):  # the next call raises it
            self.flush()

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        for (*verb, number), make in waiting:
            self._verb.append(self._verbs.setdefault(tuple(verb), len(self._verbs)))
            self._number.append(number)
            row = make()
            line = clean_bytes(row.line())
            if len(line) >= MOST_LINE:
                said = f"env: what rollout() returned of task {row.task!r} takes {len(line) >> 20} MiB"
                raise ConfigError(f"{said}; a row of a record takes less than {MOST_LINE >> 20}")
            self._add(line)
        super()._write()

    def close(self) -> None:
        """Drop the spool without writing the file."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()

    def order(self) -> Sequence[int]:
        """Return the numbers of the rows by their places."""
        import numpy as np

        ranks = np.empty(len(self._verbs), np.int64)
        ranks[[self._verbs[verb] for verb in sorted(self._verbs)]] = np.arange(len(self._verbs))
        return np.lexsort((np.array(self._number), ranks[np.array(self._verb, np.int64)])).data
