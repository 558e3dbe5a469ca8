"""The gate: a merge is accepted only if it is not worse than its best child."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.concurrency import gather
from harness.core.domain import Candidate, Modules, Performance
from harness.core.lab import Lab
from methods.merging import union
from methods.plus.racing import Race


@dataclass(frozen=True)
class Gate:
    """A paired test of non-inferiority, on the tasks of all children, in the gate's own purpose.

    Parameters
    ----------
    margin
        By how much of the mean score a merge may be worse and still count as "not worse".
    level
        The chance that is taken to accept a merge that is worse by the margin.
    retries
        How often another merge is asked for before the best child is kept.
    race
        How the merge's measurement is stopped early, if it is.
    """

    margin: float
    level: float
    retries: int
    race: Race | None = None

    async def best_child(self, lab: Lab, candidates: Sequence[Candidate]) -> Candidate:
        """Measure each child on the tasks of all and return the best; among equals the first.

        It is the best by the very scores that the merge is held against, which makes the gate a little stricter than
        its level says.
        """
        tasks = union(candidates)
        strands = [lab.scope(f"child-{number}") for number in range(1, len(candidates) + 1)]
        scores = await gather(
            strand.gate(child.modules, tasks) for strand, child in zip(strands, candidates, strict=True)
        )
        children = [Candidate(c.modules, tasks, scored) for c, scored in zip(candidates, scores, strict=True)]
        return max(children, key=lambda child: child.performance.mean)

    async def accepts(self, lab: Lab, merged: Modules, *, child: Candidate) -> bool:
        """Measure the merge on the child's tasks and compare the two, task by task."""
        scores = child.performance.scores
        if self.race is None:
            performance: Performance | None = await lab.gate(merged, child.tasks)
        else:
            least = sum(scores.values()) - self.margin * len(scores)
            performance = await self.race(lab, lab.gate, merged, child.tasks, least)
        facts = {"merge": merged.digest, "child": child.modules.digest, "margin": self.margin, "level": self.level}
        if performance is None:
            lab.note("gate", **facts, accepted=False, stopped=True)
            return False
        differences = [performance.scores[task] - score for task, score in scores.items()]
        p = chance_if_worse(differences, self.margin)
        accepted = p <= self.level
        lab.note("gate", **facts, accepted=accepted, difference=sum(differences) / len(differences), p=round(p, 6))
        return accepted


def chance_if_worse(differences: Sequence[float], margin: float) -> float:
    """Return the one-sided p-value of paired differences if their true mean were -margin (Student's t).

    Where all differences are equal there is nothing to test: 0.0 if their mean is at least -margin, else 1.0. A
    p-value of at most 0.5 needs such a mean, which is what racing counts on.
    """
    n = len(differences)
    mean = sum(differences) / n
    if max(differences) - min(differences) < 1e-12:
        return 0.0 if mean >= -margin - 1e-12 else 1.0
    from scipy.stats import t

    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    return float(t.sf((mean + margin) / math.sqrt(variance / n), n - 1))
