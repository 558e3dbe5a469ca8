"""What an environment wants to be shown beside the score: a note that is a number, or a figure of solved rollouts.

Three figures need no note, since every rollout has them: ``solved within N steps`` (the share of all rollouts),
``steps of solved`` and ``tokens of solved`` (means over the rollouts that succeeded). A note that is a whole number is
a count and is shown as it is; another number is a share and is shown in percent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.records.schema import RolloutRow

_WITHIN = re.compile(r"solved within (\d{1,6}) steps")
_OF_SOLVED = ("steps of solved", "tokens of solved")


@dataclass(slots=True)
class Mean:
    """A mean that grows value by value.

    Attributes
    ----------
    share
        Whether tables show it in percent: a value was no whole number (``1.0`` is a share, ``1`` a count).
    """

    total: float = 0.0
    n: int = 0
    share: bool = False

    def add(self, value: float) -> None:
        """Count one more value."""
        self.total += value
        self.n += 1
        self.share = self.share or type(value) is not int


def measured(row: RolloutRow, name: str) -> float | None:
    """Return a rollout's value of a measure; None where it has none, and counts for no mean."""
    note = row.notes.get(name)
    if isinstance(note, int | float):
        return note
    if within := _WITHIN.fullmatch(name):
        return float(row.success and len(row.steps) <= int(within[1]))
    if name in _OF_SOLVED and row.success:
        return len(row.steps) if name == _OF_SOLVED[0] else row.usage.prompt + row.usage.completion
    return None


def means(rows: Iterable[RolloutRow], names: Sequence[str]) -> Mapping[str, Mapping[str, Mean]]:
    """Return the mean of each measure by agent, from one pass over the rows."""
    found: dict[str, dict[str, Mean]] = {}
    for row in rows:
        own = found.setdefault(row.agent, {name: Mean() for name in names})
        for name in names:
            value = measured(row, name)
            if value is not None:
                own[name].add(value)
    return found
