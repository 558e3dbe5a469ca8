"""A row of a leaderboard: one variant of one method over its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.records.reading.arrays import seeds_by_tasks
from harness.records.reading.run import Run
from harness.records.scores import SATURATED, is_saturated
from harness.reports.leaderboard.spending import Spending, spending, vanilla_spending
from harness.stats.attempts import pass_at_k
from harness.stats.interval import Interval
from harness.stats.two_way import FEW_SEEDS, estimate

VANILLA = "vanilla"
"""Name of the untouched agent's row, whether a run of its own or other runs tested it."""


@dataclass(frozen=True)
class Row:
    """One method in one setting.

    Attributes
    ----------
    label
        The settings in which it differs from other rows of its method; "" for the only one.
    scores
        Shape (seeds, tasks), in [0, 1].
    mean, error, interval
        Over seeds and tasks: `harness.stats.two_way`.
    best
        The best run's mean.
    pass_at_k
        None where there are fewer than k attempts.
    truncated, unread, leaks
        Over all runs: steps that saw truncated evidence (the star), answers that could not be read, training truths
        found in modules.
    rank
        1 + number of rows that are significantly better.
    """

    method: str
    label: str
    runs: tuple[Run, ...]
    agent: str
    scores: NDArray[np.float64]
    mean: float
    error: float
    interval: Interval
    best: float
    pass_at_k: float | None
    by_category: dict[str, float]
    spent: Spending
    truncated: int
    unread: int
    leaks: int
    rank: int = 1
    frontier: bool = False

    @property
    def name(self) -> str:
        """Method and label."""
        return f"{self.method} {self.label}".strip()

    @property
    def starred(self) -> bool:
        """Whether evidence was truncated to fit the context window."""
        return self.truncated > 0

    @property
    def saturated(self) -> bool:
        """Whether in one of the runs next to nothing was left to learn."""
        return self.agent == "trained" and any(is_saturated(run.scored.score) for run in self.runs)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of the runs."""
        return tuple(run.seed for run in self.runs)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know beside the numbers."""
        lines = []
        if len(self.runs) < FEW_SEEDS:
            plural = "s" if len(self.runs) > 1 else ""
            lines.append(f"{len(self.runs)} seed{plural}: says more about these runs than about the method")
        if self.starred:
            lines.append(f"* {self.truncated} optimization steps saw truncated evidence")
        if self.unread:
            lines.append(f"{self.unread} answers of evaluator, optimizer or merger could not be read")
        if self.agent == "trained" and (alone := sum(run.scored.without_model for run in self.runs)):
            lines.append(f"no model call in the test of {alone} runs: the module is a controller, not an instruction")
        if self.leaks:
            lines.append(f"{self.leaks} training truths or ids stand verbatim in learned modules")
        if self.spent.estimated:
            lines.append(
                f"~ the provider did not report the tokens of {self.spent.estimated} of {self.spent.calls} calls: "
                "they are estimates"
            )
        if self.saturated:
            lines.append(f"‡ at least {100 * SATURATED:.0f} % of the training tasks are solved before training")
        return tuple(lines)

    def ranked(self, rank: int) -> Row:
        """Return the row with its rank."""
        return replace(self, rank=rank)


def make_row(method: str, label: str, *, runs: Sequence[Run], k: int, agent: str = "trained") -> Row:
    """Return the row of runs on the same test tasks; `agent` is whose tests count, ``trained`` or ``vanilla``."""
    ordered = tuple(sorted(runs, key=lambda run: (run.seed, run.id)))
    scores = seeds_by_tasks(ordered, agent)
    overall = estimate(scores)
    results = [run.scored for run in ordered]
    trained = agent == "trained"
    order = ordered[0].test_tasks
    places = [[{task: n for n, task in enumerate(run.test_tasks)}[task] for task in order] for run in ordered]
    attempts = np.vstack([run.successes(agent)[:, place] for run, place in zip(ordered, places, strict=True)])
    categories = ordered[0].categories()
    return Row(
        method=method,
        label=label,
        runs=ordered,
        agent=agent,
        scores=scores,
        mean=overall.mean,
        error=overall.error,
        interval=overall.interval,
        best=float(scores.mean(axis=1).max()),
        pass_at_k=pass_at_k(attempts, k),
        by_category={
            name: float(scores[:, [categories[task] == name for task in order]].mean())
            for name in dict.fromkeys(categories[task] for task in order)
        },
        spent=spending(ordered) if trained else vanilla_spending(ordered),
        truncated=sum(result.truncated_steps for result in results) if trained else 0,
        unread=sum(result.unread_answers for result in results) if trained else 0,
        leaks=sum(result.leaks for result in results) if trained else 0,
    )
