"""Several listeners to one run."""

from __future__ import annotations

from harness.core.domain import Purpose, Role
from harness.core.messages import Answer
from harness.run.progress.events import Observer


class Together:
    """An `Observer` that passes on to others, in order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.started(scope, purpose, rollouts=rollouts)

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.rolled_out(scope, purpose, score=score)

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.postponed(scope, purpose, reason=reason)

    def retrying(self, reason: str) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.retrying(reason)

    def stepped(self, scope: str, kind: str) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.stepped(scope, kind)

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:
        """Pass it on."""
        for observer in self._observers:
            observer.answered(role, purpose, answer=answer, paid=paid)
