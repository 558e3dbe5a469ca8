"""Rollouts of a run: an index of all of them, and their trajectories in chunks that are read one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import HarnessError
from harness.records.inside import lines_inside
from harness.records.reading.run import Run
from harness.records.schema import RolloutRow
from harness.reports.site.hiding import Hiding
from harness.reports.site.scripts import Payload

CHUNK_ROLLOUTS = 200
"""The most trajectories in one file."""

CHUNK_BYTES = 1_000_000
"""A file of trajectories is closed once it holds so much."""

WriteChunk = Callable[[int, list[Payload]], None]
"""Writes the trajectories of a chunk, given its number."""

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
    names
        Texts that rows refer to by their number.
    rows
        Split (0 test, 1 training), agent, purpose, scope, modules, task, category (numbers of names), trial, success,
        score, steps, tokens.
    starts
        The first rollout of each chunk.
    measured
        Training outcomes by modules, then by purpose and task, tasks as the record names them.
    unreadable
        Lines that are no rollout, and are left out.
    """

    names: dict[str, int] = field(default_factory=dict)
    rows: list[list[float]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    measured: dict[str, dict[Key, Measured]] = field(default_factory=dict)
    unreadable: int = 0

    def payload(self) -> Payload:
        """Return what the page reads."""
        return {"names": list(self.names), "rows": self.rows, "starts": self.starts, "unreadable": self.unreadable}

    def add(self, row: RolloutRow, split: int, hiding: Hiding) -> None:
        """Add a rollout."""
        texts = (row.agent, row.purpose, row.scope, row.modules[:12], hiding.text(row.task))
        numbers = [self._number(text) for text in (*texts, row.category)]
        tokens = row.usage.prompt + row.usage.completion
        measures = [row.trial, int(row.success), round(row.score, 6), len(row.steps), tokens]
        if split:
            known = self.measured.setdefault(row.modules, {})
            known.setdefault((row.purpose, row.task), Measured(len(self.rows))).scores.append(row.score)
        self.rows.append([split, *numbers, *measures])

    def _number(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names))


def write_rollouts(run: Run, write_chunk: WriteChunk) -> Index:
    """Write the trajectories of a run in chunks and return the index of them; memory holds one chunk."""
    index, hiding = Index(), Hiding(run.sensitive)
    chunk: list[Payload] = []
    size = 0
    for split, name in enumerate(("test.jsonl", "train.jsonl")):
        for line in _lines(run.folder.path, name):
            try:
                row = RolloutRow.model_validate_json(line, strict=True)
            except ValidationError:
                index.unreadable += 1
                continue
            shown = trajectory(row, hiding)
            index.add(row, split, hiding)
            if not chunk:
                index.starts.append(len(index.rows) - 1)
            chunk.append(shown)
            size += len(line)
            if len(chunk) == CHUNK_ROLLOUTS or size >= CHUNK_BYTES:
                write_chunk(len(index.starts) - 1, chunk)
                chunk, size = [], 0
    if chunk:
        write_chunk(len(index.starts) - 1, chunk)
    return index


def trajectory(row: RolloutRow, hiding: Hiding) -> Payload:
    """Return what the page shows of a rollout beside its row of the index."""
    usage = row.usage
    return {
        "steps": [[hiding.text(part) for part in (step.thought, step.action, step.observation)] for step in row.steps],
        "answer": hiding.text(row.answer),
        "notes": [[name, hiding.value(value)] for name, value in row.notes.items()],
        "evaluation": [[name, hiding.text(text)] for name, text in row.evaluation] if row.evaluation else [],
        "usage": [usage.calls, usage.prompt, usage.cached, usage.completion, usage.usd, usage.seconds],
    }


def _lines(folder: Path, name: str) -> Iterator[bytes]:
    with suppress(HarnessError):  # the run's page says what is wrong with the file
        yield from lines_inside(folder, name)
