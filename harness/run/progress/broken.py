"""How often the infrastructure failed one process of a run. No part of what a replay reproduces."""

from __future__ import annotations

from harness.core.domain import Purpose
from harness.run.progress.events import Silence


class Broken(Silence):
    """An `Observer` that counts rollouts that infrastructure broke."""

    def __init__(self) -> None:
        self.rollouts = 0

    def postponed(self, scope: str, purpose: Purpose, *, reason: str) -> None:  # noqa: ARG002
        """Count a rollout that infrastructure broke."""
        self.rollouts += 1
