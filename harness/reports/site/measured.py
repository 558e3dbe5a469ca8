"""Outcomes of the training by modules, so that what a merge won and lost can be told."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from harness.records.bounds import modules_key
from harness.records.schema import RolloutRow

Key = tuple[str, str]
"""Purpose and task of a measurement."""


@dataclass
class Mean:
    """The mean score of some modules on a task in one purpose, and the first rollout that says so."""

    rollout: int
    total: float = 0.0
    n: int = 0

    @property
    def score(self) -> float:
        """The mean score."""
        return self.total / self.n


@dataclass
class _Outcomes:
    keys: array[int] = field(default_factory=lambda: array("I"))
    rollouts: array[int] = field(default_factory=lambda: array("I"))
    scores: array[float] = field(default_factory=lambda: array("d"))


class Measurements:
    """Training outcomes by modules; 16 bytes each, and each pair of purpose and task once."""

    def __init__(self) -> None:
        self._keys: dict[Key, int] = {}
        self._of: dict[str, _Outcomes] = {}

    def add(self, row: RolloutRow, rollout: int) -> None:
        """Add the outcome of a rollout with this number."""
        outcomes = self._of.setdefault(row.modules, _Outcomes())
        outcomes.keys.append(self._keys.setdefault((row.purpose, row.task), len(self._keys)))
        outcomes.rollouts.append(rollout)
        outcomes.scores.append(row.score)

    def of(self, digest: str) -> dict[int, Mean]:
        """Return the means of the modules with this digest, by the number of purpose and task."""
        outcomes = self._of.get(modules_key(digest), _Outcomes())
        found: dict[int, Mean] = {}
        for key, rollout, score in zip(outcomes.keys, outcomes.rollouts, outcomes.scores, strict=True):
            mean = found.setdefault(key, Mean(rollout))
            mean.total += score
            mean.n += 1
        return found

    def keys(self) -> list[Key]:
        """Return the pairs of purpose and task by their numbers."""
        return list(self._keys)
