"""Rollouts of a run: an index of all of them, and their trajectories in chunks that are read one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import HarnessError
from harness.records.inside import lines_inside
from harness.records.reading.run import Run
from harness.records.schema import RolloutRow
from harness.records.texts import Texts
from harness.reports.site.chunks import Chunk, WriteChunk
from harness.reports.site.hiding import Hiding
from harness.reports.site.scripts import Payload

Key = tuple[str, str]
"""Purpose and task of a measurement."""


@dataclass
class Measured:
    """Scores of some modules on a task in one purpose, and the first rollout that says so."""

    rollout: int
    scores: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """The mean score."""
        return sum(self.scores) / len(self.scores)


@dataclass
class Index:
    """All rollouts of a run, test first, each a row of numbers.

    Attributes
    ----------
    groups
        Notes of rollouts by which a reader may filter, such as the rules that a task needs.
    names
        Texts that rows refer to by their number.
    rows
        Split (0 test, 1 training), agent, purpose, scope, modules, task, category (numbers of names), trial, success,
        score, steps, tokens; last a list: of each value of a group, the numbers of group and value in names.
    starts
        The first rollout of each chunk.
    measured
        Training outcomes by modules, then by purpose and task, tasks as the record names them.
    unreadable
        Lines that are no rollout, and are left out.
    """

    groups: Sequence[str] = ()
    names: dict[str, int] = field(default_factory=dict)
    rows: list[list[object]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    measured: dict[str, dict[Key, Measured]] = field(default_factory=dict)
    unreadable: int = 0

    def payload(self) -> Payload:
        """Return what the page reads."""
        return {"names": list(self.names), "rows": self.rows, "starts": self.starts, "unreadable": self.unreadable}

    def add(self, row: RolloutRow, split: int, *, hiding: Hiding) -> None:
        """Add a rollout."""
        texts = (row.agent, row.purpose, row.scope, row.modules[:12], hiding.text(row.task))
        numbers = [self._number(text) for text in (*texts, row.category)]
        tokens = row.usage.prompt + row.usage.completion
        measures = [row.trial, int(row.success), round(row.score, 6), len(row.steps), tokens]
        if split:
            known = self.measured.setdefault(row.modules, {})
            known.setdefault((row.purpose, row.task), Measured(len(self.rows))).scores.append(row.score)
        self.rows.append([split, *numbers, *measures, self._groups(row, hiding)])

    def _groups(self, row: RolloutRow, hiding: Hiding) -> list[list[int]]:
        values = ((group, row.notes.get(group)) for group in self.groups)
        return [
            [self._number(group), self._number(hiding.text(str(value)))]
            for group, note in values
            if note is not None
            for value in (note if isinstance(note, list) else [note])
        ]

    def _number(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names))


def write_rollouts(run: Run, write_chunk: WriteChunk) -> Index:
    """Write the trajectories of a run in chunks and return the index of them; memory holds one chunk."""
    index, hiding, texts = Index(run.record.environment.groups), Hiding(run.sensitive), _texts(run)
    chunk = Chunk()
    for split, name in enumerate(("test.jsonl", "train.jsonl")):
        for line in _lines(run.folder.path, name):
            try:
                row = RolloutRow.model_validate_json(line, strict=True)
            except ValidationError:
                index.unreadable += 1
                continue
            index.add(row, split, hiding=hiding)
            if not chunk.rollouts:
                index.starts.append(len(index.rows) - 1)
            chunk.add(row, texts, hiding=hiding)
            if chunk.full:
                write_chunk(len(index.starts) - 1, chunk.payload())
                chunk = Chunk()
    if chunk.rollouts:
        write_chunk(len(index.starts) - 1, chunk.payload())
    return index


def _texts(run: Run) -> Texts | None:
    try:
        return run.texts
    except HarnessError:  # the run's page says what is wrong with the file
        return None


def _lines(folder: Path, name: str) -> Iterator[bytes]:
    with suppress(HarnessError):  # the run's page says what is wrong with the file
        yield from lines_inside(folder, name)
