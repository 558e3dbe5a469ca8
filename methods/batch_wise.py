"""Batch-wise: Algorithm 1 on one fixed-size batch after another."""

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
class BatchWise:
    """An epoch goes through all the tasks, a batch a step; epochs follow each other until the steps are used up.

    The tasks are shuffled anew for each epoch, seeded, as in mini-batch descent. In the order in which data sets come
    (ALFWorld: type after type) a batch would be one category: FGO's subsets in disguise, and the last one would decide.

    Parameters
    ----------
    steps
        Optimizer calls.
    batch_size
        Tasks a step. The last batch of an epoch is smaller where they do not divide evenly.
    shuffle
        False cuts the batches in the given order, the same ones each epoch.
    select
        Which step's modules are kept.
    """

    steps: int
    batch_size: int
    shuffle: bool = True
    select: algorithm1.Select = "last"

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        algorithm1.check(self.steps, self.select)
        checked.whole("batch_size", self.batch_size)
        checked.switch("shuffle", self.shuffle)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the modules after the last batch."""
        batches = islice(epochs(tasks, self.batch_size, rng=lab.rng("epochs") if self.shuffle else None), self.steps)
        return await algorithm1.optimize(lab, lab.initial, batches, tasks, self.select)


def epochs(tasks: Sequence[Task], size: int, *, rng: np.random.Generator | None) -> Iterator[list[Task]]:
    """Yield batches without end; within an epoch every task stands in one batch."""
    while tasks:
        order = range(len(tasks)) if rng is None else rng.permutation(len(tasks)).tolist()
        for first in range(0, len(tasks), size):
            yield [tasks[i] for i in order[first : first + size]]
