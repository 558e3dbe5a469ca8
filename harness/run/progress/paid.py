"""What one process paid for a run, and how often the infrastructure failed it. No part of what a replay reproduces."""

from __future__ import annotations

from harness.core.domain import Purpose, Role, Usage
from harness.core.messages import Answer
from harness.run.progress.events import Silence


class Paid(Silence):
    """An `Observer` that sums up paid answers by role and counts rollouts that infrastructure broke."""

    def __init__(self) -> None:
        self.by_role: dict[str, Usage] = {}
        self.broken = 0

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:  # noqa: ARG002
        """Count a rollout that infrastructure broke."""
        self.broken += 1

    def answered(self, role: Role, purpose: Purpose, *, answer: Answer, paid: bool) -> None:  # noqa: ARG002
        """Add an answer that was paid for just now."""
        if paid:
            self.by_role[role.value] = self.by_role.get(role.value, Usage()) + answer.usage
