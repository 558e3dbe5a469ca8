"""What a run tells while it works. A display, a tracker or a test listens."""

from __future__ import annotations

from typing import Protocol

from harness.core.domain import Purpose, Role
from harness.core.messages import Answer


class Observer(Protocol):
    """Hears what happens. Must be quick, must not raise, and changes nothing."""

    def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:
        """Take notice that this many rollouts begin."""
        ...

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        """Take notice of one rollout's score."""
        ...

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:
        """Take notice of a rollout that infrastructure broke; it is tried again."""
        ...

    def retrying(self, reason: str) -> None:
        """Take notice of a call that failed and is tried again."""
        ...

    def stepped(self, scope: str, kind: str) -> None:
        """Take notice of a module made: ``optimize`` or ``merge``."""
        ...

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:
        """Take notice of a model's answer, `paid` for now or taken from the journal."""
        ...


class Silence:
    """Hears nothing."""

    def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:
        """Do nothing."""

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        """Do nothing."""

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:
        """Do nothing."""

    def retrying(self, reason: str) -> None:
        """Do nothing."""

    def stepped(self, scope: str, kind: str) -> None:
        """Do nothing."""

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:
        """Do nothing."""
