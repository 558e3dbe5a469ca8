"""Vanilla: the agent as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.core.domain import Modules, Task
from harness.core.lab import Lab


@dataclass(frozen=True)
class Vanilla:
    """No optimization: the initial modules."""

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:  # noqa: ARG002
        """Return the initial modules."""
        return lab.initial
