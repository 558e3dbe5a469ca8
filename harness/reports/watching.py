"""A run in progress, read from disk: its rows as they are written, and its journal. Nothing is locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from harness.core.domain import Usage
from harness.llm.storage.recorded import read_record
from harness.llm.storage.records import read_answer
from harness.records.folder import RunFolder
from harness.records.schema import RolloutRow

MOST_LINE = 64 * 2**20
"""Bytes of a line; a longer one is passed over."""

SHOWN = {"explore": "training", "backtest": "backtest", "validate": "validation", "gate": "gate", "test": "test"}
"""What people read for a purpose."""


@dataclass
class Point:
    """The rollouts of one module in one scope and for one purpose."""

    scope: str
    purpose: str
    modules: str
    agent: str
    scores: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """Mean score, from 0 to 1."""
        return sum(self.scores) / len(self.scores)


@dataclass(frozen=True, slots=True)
class Strand:
    """The points of one scope and purpose, in the order in which they began."""

    scope: str
    what: str
    points: tuple[Point, ...]


class Tail:
    """The complete lines of a file that grows, each once; a file that is replaced or cut is read from its start.

    Attributes
    ----------
    starts
        How often it was read from its start.
    """

    def __init__(self) -> None:
        self._file: tuple[int, int] | None = None
        self._offset = 0
        self.starts = 0

    def lines(self, path: Path) -> Iterator[bytes]:
        """Yield the lines that were added since the last call; none where the file is not there."""
        try:
            with path.open("rb") as file:
                status = path.stat()
                if self._file != (status.st_dev, status.st_ino) or status.st_size < self._offset:
                    self._file, self._offset = (status.st_dev, status.st_ino), 0
                    self.starts += 1
                file.seek(self._offset)
                while (line := file.readline(MOST_LINE)).endswith(b"\n"):
                    self._offset += len(line)
                    yield line
        except OSError:
            return


class Rows:
    """The points of one file of rows. A process that starts again plays its rows anew: each rollout counts once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tail = Tail()
        self.points: dict[tuple[str, ...], Point] = {}

    def refresh(self) -> None:
        """Read what is new, from the file that a process at work writes to, or from the finished one."""
        part = self._path.with_name(f".{self._path.name}.part")
        starts = self._tail.starts
        for line in self._tail.lines(part if part.exists() else self._path):
            if self._tail.starts != starts:
                starts, self.points = self._tail.starts, {}
            self._add(line)

    def _add(self, line: bytes) -> None:
        try:
            row = RolloutRow.model_validate_json(line)
        except ValidationError:  # a row of a version that this one cannot read: `harness verify` says what is wrong
            return
        key = (row.scope, row.purpose, row.agent, row.modules)
        point = self.points.setdefault(key, Point(row.scope, row.purpose, row.modules, row.agent))
        point.scores.append(row.score)


class Watch:
    """Follows one run.

    Attributes
    ----------
    spent
        By phase and role. Answers that other runs paid for count too: it is what the run takes, not what was paid.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self._journal = Tail()
        self._rows = (Rows(folder.train), Rows(folder.test))
        self.spent: dict[tuple[str, str], Usage] = {}

    @property
    def status(self) -> str:
        """What the record says: running, incomplete, failed or finished; a run whose process died is incomplete."""
        record = self.folder.read_run()
        if record is None:
            return "unknown"
        return record.status if record.status != "running" or self.folder.at_work() else "incomplete"

    @property
    def points(self) -> dict[tuple[str, ...], Point]:
        """The points of training and test, in the order in which they began."""
        return {key: point for rows in self._rows for key, point in rows.points.items()}

    def strands(self) -> list[Strand]:
        """Return the points by scope and purpose: what a curve is drawn of."""
        found: dict[tuple[str, str], list[Point]] = {}
        for point in self.points.values():
            what = f"{SHOWN.get(point.purpose, point.purpose)}{f' ({point.agent})' if point.purpose == 'test' else ''}"
            found.setdefault((point.scope or "the whole", what), []).append(point)
        return [Strand(scope, what, tuple(points)) for (scope, what), points in found.items()]

    def refresh(self) -> None:
        """Read what is new."""
        for rows in self._rows:
            rows.refresh()
        for line in self._journal.lines(self.folder.journal):
            self._answer(line.partition(b" ")[2])

    def _answer(self, line: bytes) -> None:
        record = read_record(line)
        if record is None or record.kind != "answer":
            return
        phase = (record.purpose, record.role)
        self.spent[phase] = self.spent.get(phase, Usage()) + read_answer(record.result).usage
