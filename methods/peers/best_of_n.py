"""Best of n: independent single steps from the start, the best by validation. The control that others must beat.

Source: a control of many papers; ours needs no paper.
Reading: every step reads the same evidence of the initial agent, and only the optimizer's sampling differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.core.domain import Modules, Task
from harness.core.lab import Lab, Work
from methods import checked
from methods.peers.pool import Member, best_of, first_member


@dataclass(frozen=True)
class BestOfN:
    """Draw candidates from one evidence and keep the best.

    Parameters
    ----------
    steps
        Optimizer calls: how many candidates.
    batch_size
        Tasks of the evidence, drawn at random; None for all.
    """

    steps: int
    batch_size: int | None = None

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        checked.whole("steps", self.steps)
        if self.batch_size is not None:
            checked.whole("batch_size", self.batch_size)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the candidate that does best on the validation tasks; the initial modules compete too."""
        pool = [await first_member(lab)]
        drawn = sorted(lab.rng("batch").permutation(len(tasks)).tolist()[: self.batch_size])
        batch = [tasks[i] for i in drawn]
        validation = Work(rollouts=pool[0].performance.n)
        lab.another_step(batch, then=validation)  # the first step is always made
        evidence = await lab.explore(lab.initial, batch)
        for number in range(self.steps):
            if number and not lab.another_step(then=validation):
                break
            candidate = await lab.optimize(lab.initial, evidence, attempt=number)
            pool.append(Member(candidate, await lab.validate(candidate), 0))
        return best_of(pool).modules
