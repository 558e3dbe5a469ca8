"""Bootstrapping: Algorithm 1 on batches that are sampled with replacement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import numpy as np

from harness.core.domain import Modules, Task
from harness.core.lab import Lab
from methods import algorithm1, checked


@dataclass(frozen=True)
class Bootstrapping:
    """Each step draws its batch from the whole training set, with replacement.

    A task that is drawn twice is played once and stands twice in the optimizer's evidence.

    Parameters
    ----------
    steps
        Optimizer calls.
    batch_size
        Draws a step.
    select
        Which step's modules are kept.
    """

    steps: int
    batch_size: int
    select: algorithm1.Select = "last"

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        algorithm1.check(self.steps, self.select)
        checked.whole("batch_size", self.batch_size)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the modules after the last step."""
        batches = islice(samples(tasks, self.batch_size, rng=lab.rng("samples")), self.steps)
        return await algorithm1.optimize(lab, lab.initial, batches, tasks, self.select)


def samples(tasks: Sequence[Task], size: int, *, rng: np.random.Generator) -> Iterator[list[Task]]:
    """Yield bootstrap samples without end."""
    while tasks:
        yield [tasks[i] for i in rng.integers(len(tasks), size=size).tolist()]
