"""All-at-once: Algorithm 1 over the whole training set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import ClassVar

from harness.core.domain import Modules, Task
from harness.core.lab import Lab
from methods import algorithm1


@dataclass(frozen=True)
class AllAtOnce:
    """Each step explores every training task and shows all that came of it to the optimizer in one prompt.

    Parameters
    ----------
    steps
        Optimizer calls.
    select
        Which step's modules are kept.
    """

    steps: int
    select: algorithm1.Select = "last"

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        algorithm1.check(self.steps, self.select)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the optimized modules."""
        return await algorithm1.optimize(lab, lab.initial, repeat(tasks, self.steps), tasks, self.select)
