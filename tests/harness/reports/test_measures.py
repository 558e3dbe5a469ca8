"""Measures beside the score: notes that are numbers, and figures of solved rollouts."""

from __future__ import annotations

from typing import Literal

import pytest

from harness.core.domain import Note
from harness.records.schema import RolloutRow, StepRow, UsageRow
from harness.reports.measures import means, measured

NAMES = ("solved within 2 steps", "steps of solved", "tokens of solved", "lenient")


def row(agent: Literal["trained", "vanilla"], steps: int, *, success: bool, **notes: Note) -> RolloutRow:
    return RolloutRow(
        purpose="test",
        scope="",
        agent=agent,
        modules="0" * 64,
        task="t",
        category="c",
        trial=0,
        success=success,
        score=float(success),
        answer="",
        steps=[StepRow(action="go", observation="") for _ in range(steps)],
        notes=dict(notes),
        usage=UsageRow(prompt=10 * steps, completion=1),
    )


@pytest.mark.parametrize(
    ("steps", "success", "values"),
    [(2, True, (1.0, 2, 21, None)), (3, True, (0.0, 3, 31, None)), (2, False, (0.0, None, None, None))],
)
def test_a_rollout_is_measured(steps: int, success: bool, values: tuple[float | None, ...]) -> None:
    assert tuple(measured(row("trained", steps, success=success), name) for name in NAMES) == values


def test_a_note_of_the_name_is_the_measure_if_it_is_a_number() -> None:
    assert measured(row("trained", 1, success=True, lenient=0.5), "lenient") == 0.5
    assert measured(row("trained", 1, success=True, lenient="yes"), "lenient") is None


def test_means_are_by_agent_over_the_rollouts_that_have_a_value() -> None:
    rows = [row("trained", 1, success=True), row("trained", 3, success=True), row("trained", 9, success=False)]
    found = means([*rows, row("vanilla", 9, success=False)], NAMES)
    figures = {name: (mean.total, mean.n) for name, mean in found["trained"].items()}
    assert figures == {NAMES[0]: (1.0, 3), NAMES[1]: (4, 2), NAMES[2]: (42, 2), NAMES[3]: (0.0, 0)}
    assert found["vanilla"]["steps of solved"].n == 0


def test_shares_are_shown_in_percent_and_counts_are_not() -> None:
    solved = row("trained", 2, success=True, lenient=1.0, calls=1)
    found = means([solved], [*NAMES[:3], "lenient", "calls"])["trained"]
    assert [mean.share for mean in found.values()] == [True, False, False, True, False]
