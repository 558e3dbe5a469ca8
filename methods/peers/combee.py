"""Combee: many reflections at once, aggregated in a tree of about sqrt(n) groups after a duplicating shuffle.

Source: "Combee" (arXiv 2604.04247). No package; held against a worked example by hand in
`tests/methods/peers/test_combee.py`.
Reading: the n reflections of a step (here: attempts with their evaluations) are duplicated, shuffled, and dealt into
floor(sqrt(n)) groups. Each group is aggregated by one call (map), the results by one more (reduce). Nothing is
backtested, which makes it the ablation of FGO's progressive merging.
Differences: map is the harness's optimizer and reduce its merger, so toolboxes are optimized too; the size of a step is
a setting (the paper's controller chooses it).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.core.concurrency import gather
from harness.core.domain import Candidate, Evidence, Experience, Modules, Task
from harness.core.lab import Lab, Work
from methods import checked
from methods.batch_wise import epochs


@dataclass(frozen=True)
class Combee:
    """Explore a batch, map its reflections in groups, reduce the groups' modules to one.

    Parameters
    ----------
    steps
        Optimizer calls in all (of the map). A step whose groups do not all fit any more is made with fewer groups.
    batch_size
        Tasks of a step; None for all.
    copies
        How often each reflection is dealt.
    """

    steps: int
    batch_size: int | None = None
    copies: int = 2

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        checked.whole("steps", self.steps)
        checked.whole("copies", self.copies)
        if self.batch_size is not None:
            checked.whole("batch_size", self.batch_size)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the modules after the last reduction."""
        modules, left, number = lab.initial, self.steps, 0
        batches = epochs(tasks, self.batch_size or len(tasks), rng=lab.rng("epochs"))
        while left:
            batch = next(batches)
            groups = min(left, math.isqrt(len(batch)))
            number += 1
            if not lab.another_step(batch, then=Work(calls=groups + 1)):
                break
            modules = await aggregated(lab, modules, batch=batch, groups=groups, copies=self.copies, number=number)
            left -= groups
        return modules


async def aggregated(
    lab: Lab, modules: Modules, *, batch: Sequence[Task], groups: int, copies: int, number: int
) -> Modules:
    """Make one step: explore, deal, map, reduce."""
    evidence = await lab.explore(modules, batch)
    dealt = deal(list(evidence), groups, copies=copies, rng=lab.rng(f"shuffle-{number}"))
    strands = [lab.scope(f"step-{number}-group-{group}", share=0) for group in range(1, groups + 1)]
    mapped = await gather(
        strand.optimize(modules, Evidence(tuple(group))) for strand, group in zip(strands, dealt, strict=True)
    )
    if groups == 1:
        return mapped[0]
    return await lab.merge(
        [
            Candidate(made, tuple({e.task.id: e.task for e in group}.values()), Evidence(tuple(group)).performance)
            for made, group in zip(mapped, dealt, strict=True)
        ]
    )


def deal(
    reflections: Sequence[Experience], groups: int, *, copies: int, rng: np.random.Generator
) -> list[list[Experience]]:
    """Duplicate the reflections, shuffle them, and deal them into groups whose sizes differ by one at most."""
    copied = [each for each in reflections for _ in range(copies)]
    order = rng.permutation(len(copied)).tolist()
    return [[copied[i] for i in order[first::groups]] for first in range(groups)]
