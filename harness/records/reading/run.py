"""A run of the results folder as a reader gets it; what is large is read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harness.core.domain import Module
from harness.core.errors import HarnessError
from harness.core.printable import printable
from harness.records.folder import RunFolder
from harness.records.schema import Lineage, ResultRecord, RolloutRow, RunRecord
from harness.records.texts import Texts


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rollout of the final test, without its trajectory.

    Attributes
    ----------
    agent
        ``trained`` or ``vanilla``.
    tokens
        Prompt and completion tokens that the agent took.
    """

    agent: str
    task: str
    category: str
    trial: int
    success: bool
    score: float
    steps: int
    tokens: int


@dataclass(frozen=True, repr=False)
class Run:
    """One run: ``run.json`` and, once it has ended, ``result.json``; the rest on demand."""

    folder: RunFolder
    record: RunRecord
    result: ResultRecord | None

    def __repr__(self) -> str:
        test = self.result.score.get("test") if self.result else None
        score = f", {100 * test.mean:.1f} %" if test else ""
        name = f"{self.method} on {self.env}, {self.backbone}, seed {self.seed}"
        return f"<Run {printable(f'{self.id}: {name}: {self.record.status}')}{score}>"

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.run_id

    @property
    def method(self) -> str:
        """The method's name."""
        return self.record.method

    @property
    def env(self) -> str:
        """The environment's name."""
        return self.record.env

    @property
    def backbone(self) -> str:
        """The backbone's name."""
        return self.record.backbone

    @property
    def seed(self) -> int:
        """The seed of sampling."""
        return self.record.seed

    @property
    def sensitive(self) -> bool:
        """Whether the environment's texts are to be kept out of what others see."""
        return self.record.environment.sensitive

    @property
    def test_tasks(self) -> tuple[str, ...]:
        """Ids of the test tasks, in order."""
        return tuple(self.record.splits.get("test", ()))

    @property
    def at_home(self) -> bool:
        """Whether the run's folder stands where its record says."""
        return self.folder.path.parts[-4:] == (self.env, self.method, self.backbone, self.id)

    @property
    def scored(self) -> ResultRecord:
        """The result of a run that has ended.

        Raises
        ------
        HarnessError
            If it has not.
        """
        if self.result is None:
            raise HarnessError(f"run {self.id} has no result yet ({self.record.status})")
        return self.result

    @cached_property
    def lineage(self) -> Lineage | None:
        """How the modules came about; None before the end."""
        return self.folder.read_lineage()

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The rollouts of the final test, trained agent first."""
        return tuple(map(_outcome, self.folder.rows(self.folder.test)))

    @cached_property
    def module(self) -> dict[str, Module]:
        """The modules that were tested."""
        return self.folder.read_modules(self.scored.module)

    @property
    def module_text(self) -> str:
        """The learned module as text."""
        return self.folder.read_text()

    @cached_property
    def texts(self) -> Texts:
        """The texts that rollouts refer to; empty in records of earlier versions.

        Raises
        ------
        HarnessError
            If ``texts.jsonl`` is damaged.
        """
        return Texts(self.folder.path)

    def rollouts(self, split: str = "test") -> Iterator[RolloutRow]:
        """Yield whole rollouts, trajectories included, of ``test`` or ``train``."""
        yield from self.folder.rows(self.folder.train if split == "train" else self.folder.test)

    def scores(self, agent: str = "trained") -> NDArray[np.float64]:
        """Return scores of the final test, shape (trials, tasks), in the order of `test_tasks`."""
        return self._table(agent, "score")

    def successes(self, agent: str = "trained") -> NDArray[np.float64]:
        """Return successes (0 or 1) of the final test, shape (trials, tasks), in the order of `test_tasks`."""
        return self._table(agent, "success")

    def categories(self) -> dict[str, str]:
        """Return the category of each test task."""
        return {outcome.task: outcome.category for outcome in self.outcomes}

    def _table(self, agent: str, field: str) -> NDArray[np.float64]:
        place = {task: number for number, task in enumerate(self.test_tasks)}
        mine = [outcome for outcome in self.outcomes if outcome.agent == agent and outcome.task in place]
        trials = 1 + max((outcome.trial for outcome in mine), default=-1)
        table = np.full((trials, len(place)), np.nan)
        for outcome in mine:
            table[outcome.trial, place[outcome.task]] = float(getattr(outcome, field))
        return table


def read_run(folder: RunFolder) -> Run:
    """Read a run.

    Raises
    ------
    HarnessError
        If its files are no record of this version.
    """
    record = folder.read_run()
    if record is None:
        raise HarnessError(f"{folder.path} holds no run.json")
    return Run(folder, record, folder.read_result())


def _outcome(row: RolloutRow) -> Outcome:
    tokens = row.usage.prompt + row.usage.completion
    return Outcome(
        row.agent,
        row.task,
        category=row.category,
        trial=row.trial,
        success=row.success,
        score=row.score,
        steps=len(row.steps),
        tokens=tokens,
    )
