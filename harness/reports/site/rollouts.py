"""Rollouts of a run: pages of their rows, the trajectories in chunks, and which others played the same task.

A page of the site reads one page of rows, or one chunk, at a time; memory holds one of each, and some bytes a rollout.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import HarnessError
from harness.records.inside import lines_inside
from harness.records.reading.run import Run
from harness.records.schema import RolloutRow
from harness.records.texts import Texts
from harness.reports.site.chunks import Chunk
from harness.reports.site.hiding import Hiding
from harness.reports.site.measured import Measurements
from harness.reports.site.scripts import Payload

PAGE = 5000
"""Rollouts of one page of rows."""

TWINS = 40
"""The most rollouts of the same task that a rollout names."""

Write = Callable[[str, Payload], None]
"""Writes a file of the run, given its name."""


@dataclass
class Page:
    """Some rollouts of a run, each a row of numbers.

    Attributes
    ----------
    names
        Texts that rows refer to by their number.
    rows
        Split (0 test, 1 training), agent, purpose, scope, modules, task, category (numbers of names), trial, success,
        score, steps, tokens; last a list: of each value of a group, the numbers of group and value in names.
    """

    names: dict[str, int] = field(default_factory=dict)
    rows: list[list[object]] = field(default_factory=list)

    def add(self, row: RolloutRow, split: int, *, groups: Sequence[str], hiding: Hiding) -> None:
        """Add a rollout."""
        texts = (row.agent, row.purpose, row.scope, row.modules[:12], hiding.text(row.task))
        numbers = [self._number(text) for text in (*texts, row.category)]
        tokens = row.usage.prompt + row.usage.completion
        measures = [row.trial, int(row.success), round(row.score, 6), len(row.steps), tokens]
        self.rows.append([split, *numbers, *measures, self._groups(row, groups, hiding=hiding)])

    def payload(self) -> Payload:
        """Return what the page reads."""
        return {"names": list(self.names), "rows": self.rows}

    def _groups(self, row: RolloutRow, groups: Sequence[str], *, hiding: Hiding) -> list[list[int]]:
        values = ((group, row.notes.get(group)) for group in groups)
        return [
            [self._number(group), self._number(hiding.text(str(value)))]
            for group, note in values
            if note is not None
            for value in (note if isinstance(note, list) else [note])
        ]

    def _number(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names))


@dataclass
class Index:
    """What is known of all rollouts of a run, test first.

    Attributes
    ----------
    rollouts, tests
        How many there are, and how many of the test.
    pages
        The scope of each page's first rollout.
    starts
        The first rollout of each chunk.
    measured
        Training outcomes.
    unreadable
        Lines that are no rollout, and are left out.
    """

    rollouts: int = 0
    tests: int = 0
    pages: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    measured: Measurements = field(default_factory=Measurements)
    unreadable: int = 0
    _tasks: dict[tuple[int, str], int] = field(default_factory=dict)
    _task_of: array[int] = field(default_factory=lambda: array("I"))

    def payload(self) -> Payload:
        """Return what the site's pages read first."""
        counts = {"rollouts": self.rollouts, "tests": self.tests, "page": PAGE, "unreadable": self.unreadable}
        return {**counts, "pages": self.pages, "starts": self.starts}

    def add(self, row: RolloutRow, split: int) -> None:
        """Count a rollout."""
        self._task_of.append(self._tasks.setdefault((split, row.task), len(self._tasks)))
        if split:
            self.measured.add(row, self.rollouts)
        else:
            self.tests += 1
        self.rollouts += 1

    def twins(self) -> Iterator[list[list[int]]]:
        """Yield page by page, for each rollout, the first rollouts of the same task and split, itself included."""
        import numpy as np

        tasks = np.array(self._task_of)
        order = np.argsort(tasks, kind="stable")
        bounds = np.searchsorted(tasks[order], np.arange(len(self._tasks) + 1))
        for first in range(0, self.rollouts, PAGE):
            these = tasks[first : first + PAGE]
            yield [order[bounds[task] : min(bounds[task + 1], bounds[task] + TWINS)].tolist() for task in these]


def write_rollouts(run: Run, write: Write) -> Index:
    """Write rows, trajectories and twins of a run, and return what is known of all of them."""
    index, hiding, texts = Index(), Hiding(run.sensitive), _texts(run)
    page, chunk = Page(), Chunk()

    def end_page() -> Page:
        if page.rows:
            write(f"rows-{len(index.pages) - 1}", page.payload())
        return Page()

    def end_chunk() -> Chunk:
        if chunk.rollouts:
            write(f"chunk-{len(index.starts) - 1}", chunk.payload())
        return Chunk()

    for split, row in _rows(run, index):
        if not page.rows:
            index.pages.append(row.scope)
        if not chunk.rollouts:
            index.starts.append(index.rollouts)
        index.add(row, split)
        page.add(row, split, groups=run.record.environment.groups, hiding=hiding)
        chunk.add(row, texts, hiding=hiding)
        page = end_page() if len(page.rows) == PAGE else page
        chunk = end_chunk() if chunk.full else chunk
    end_page()
    end_chunk()
    for number, twins in enumerate(index.twins()):
        write(f"twins-{number}", {"twins": twins})
    return index


def _rows(run: Run, index: Index) -> Iterator[tuple[int, RolloutRow]]:
    for split, name in enumerate(("test.jsonl", "train.jsonl")):
        for line in _lines(run.folder.path, name):
            try:
                yield split, RolloutRow.model_validate_json(line, strict=True)
            except ValidationError:
                index.unreadable += 1


def _texts(run: Run) -> Texts | None:
    try:
        return run.texts
    except HarnessError:  # the run's page says what is wrong with the file
        return None


def _lines(folder: Path, name: str) -> Iterator[bytes]:
    with suppress(HarnessError):  # the run's page says what is wrong with the file
        yield from lines_inside(folder, name)
