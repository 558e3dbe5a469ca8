"""Live curves: an observer that reports the training as it goes, by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from harness.core.domain import Purpose, Role
from harness.core.messages import Answer
from harness.run.progress.events import Silence


class Log(Protocol):
    """Takes a point of the curves."""

    def __call__(self, values: Mapping[str, float], step: int) -> None:
        """Take the values at a step."""


class Curves(Silence):
    """Logs train score, tokens and money after every optimization step and merge, and once at the end.

    The train score at a step is the mean over what each scope explored last.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._step = 0
        self._explored: dict[str, list[float]] = {}
        self._merges = 0
        self._tokens: dict[str, int] = {}
        self._usd: float | None = 0.0
        self._test: dict[str, list[float]] = {}

    def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:  # noqa: ARG002
        """Begin a new exploration of a scope."""
        if purpose is Purpose.EXPLORE:
            self._explored[scope] = []

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        """Take a score of the training or of the test."""
        if purpose is Purpose.EXPLORE:
            self._explored.setdefault(scope, []).append(score)
        elif purpose is Purpose.TEST:
            self._test.setdefault(scope, []).append(score)

    def stepped(self, scope: str, kind: str) -> None:  # noqa: ARG002
        """Log a point."""
        self._step += 1
        self._merges += kind == "merge"
        self.point()

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:  # noqa: ARG002
        """Add tokens and money."""
        usage = answer.usage
        self._tokens[role.value] = self._tokens.get(role.value, 0) + usage.prompt + usage.completion
        self._usd = None if self._usd is None or usage.usd is None else self._usd + usage.usd

    def point(self) -> None:
        """Log where the run stands."""
        values: dict[str, float] = {"merges": self._merges, "tokens/all": sum(self._tokens.values())}
        values |= {f"tokens/{role}": number for role, number in sorted(self._tokens.items())}
        scores = [score for scope in self._explored.values() for score in scope]
        if scores:
            values["train/score"] = sum(scores) / len(scores)
        if self._usd is not None:
            values["usd"] = self._usd
        values |= {f"test/{agent}": sum(found) / len(found) for agent, found in self._test.items() if found}
        self._log(values, self._step)
