"""What the displays show: counts of a run as it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from harness.core.domain import Purpose, Role
from harness.core.messages import Answer
from harness.run.progress.units import tokens


@dataclass
class Phase:
    """The rollouts of one purpose (of the final test: of one agent)."""

    name: str
    total: int = 0
    done: int = 0
    score: float = 0.0
    postponed: int = 0
    began: float = field(default_factory=time.monotonic)
    changed: float = field(default_factory=time.monotonic)

    @property
    def success(self) -> float:
        """Mean score so far, in [0, 1]."""
        return self.score / self.done if self.done else 0.0

    @property
    def left(self) -> float | None:
        """Seconds until the rollouts that have begun are done, at the speed so far; None while nothing is known."""
        if not self.done:
            return None
        return (self.changed - self.began) / self.done * (self.total - self.done)


class Counts:
    """An `Observer` that counts."""

    def __init__(self) -> None:
        self.phases: dict[str, Phase] = {}
        self.made: dict[str, int] = {}
        self.calls = 0
        self.stored = 0
        self.tokens = 0
        self.usd: float | None = 0.0
        self.last_reason = ""
        self.waiting_for = ""

    def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:
        """Count rollouts that begin."""
        self._phase(scope, purpose).total += rollouts

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        """Count a rollout."""
        phase = self._phase(scope, purpose)
        phase.done += 1
        phase.score += score
        phase.changed = time.monotonic()

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:
        """Count a rollout that is tried again."""
        self._phase(scope, purpose).postponed += 1
        self.last_reason = reason

    def retrying(self, reason: str) -> None:
        """Keep why the last failed call is tried again, until a call is answered."""
        self.waiting_for = reason

    def stepped(self, scope: str, kind: str) -> None:  # noqa: ARG002
        """Count a module made."""
        self.made[kind] = self.made.get(kind, 0) + 1

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:  # noqa: ARG002
        """Count an answer and what it took."""
        self.calls += 1
        if paid:
            self.waiting_for = ""
        self.stored += not paid
        self.tokens += answer.usage.prompt + answer.usage.completion
        usd = answer.usage.usd
        self.usd = None if self.usd is None or usd is None else self.usd + usd

    def _phase(self, scope: str, purpose: Purpose) -> Phase:
        name = f"test ({scope})" if purpose is Purpose.TEST else purpose.value
        phase = self.phases.get(name)
        if phase is None:
            phase = self.phases[name] = Phase(name)
        return phase

    def summary(self) -> str:
        """Return modules made, calls, tokens and money in a line."""
        made = ", ".join(f"{number} {kind}" for kind, number in self.made.items())
        money = "price unknown" if self.usd is None else f"${self.usd:.2f}"
        stored = f" ({self.stored:,} from the journal)" if self.stored else ""
        steps = f"steps: {made} · " if made else ""
        return f"{steps}{self.calls:,} calls{stored} · {tokens(self.tokens)} tokens · {money}"
