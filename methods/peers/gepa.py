"""GEPA: reflective evolution along a Pareto frontier of per-task scores.

Source: Agrawal et al., "GEPA: Reflective Prompt Evolution Can Outperform Reinforcement Learning" (arXiv 2507.19457);
package `gepa` 0.1.4, held against it in `tests/methods/peers/test_gepa.py`.
Reading: a parent is drawn from the members that are best on some validation task, as often as it is; the optimizer
rewrites it from a minibatch; the child has to be strictly better on the same minibatch, and is then validated. Several
parents and several proposals each can be made at once, as the package can.
Differences: the optimizer reads the harness's own prompt (`Lab.optimize`), so that toolboxes are optimized too and
evidence is fitted to the window; all trainable modules are rewritten in one proposal, not in turn; parallel proposals
take minibatches one after another (the package's overlap from one iteration to the next); no merge of two lineages,
which does nothing for one module. Validation scores never come from training rollouts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import ClassVar

import numpy as np

from harness.core.concurrency import gather
from harness.core.domain import Modules, Performance, Task
from harness.core.lab import Lab, Work
from methods import checked
from methods.peers.pool import Member, best_of, first_member

Proposal = tuple[Modules, Performance] | None
"""An accepted child and its validation; None where it was not better, or there was nothing to improve."""


@dataclass(frozen=True)
class GEPA:
    """Evolve candidates, each from a parent that is best on some task.

    Parameters
    ----------
    steps
        Proposals in all: at most as many optimizer calls. A minibatch without a fault needs no call.
    minibatch
        Tasks that a proposal reads and is gated on.
    parents, proposals
        Parents of an iteration, and proposals for each of them, all at once.
    """

    steps: int
    minibatch: int = 3
    parents: int = 1
    proposals: int = 1

    version: ClassVar[str] = "1"

    def __post_init__(self) -> None:
        for name in ("steps", "minibatch", "parents", "proposals"):
            checked.whole(name, getattr(self, name))

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the member that does best on the validation tasks."""
        pool = [await first_member(lab)]
        batches, draws = minibatches(tasks, self.minibatch, rng=lab.rng("minibatches")), lab.rng("parents")
        made = 0
        while made < self.steps:
            width = min(self.parents * self.proposals, self.steps - made)
            if not lab.another_step(then=Work(2 * self.minibatch + pool[0].performance.n, 1) * width):
                break
            chosen = [drawn(pool, draws) for _ in range(self.parents)]
            jobs = [(parent, next(batches)) for parent in chosen for _ in range(self.proposals)][:width]
            strands = [lab.scope(f"proposal-{made + number}", share=0) for number in range(1, width + 1)]
            children = await gather(
                propose(strand, pool[parent].modules, batch=batch, attempt=made + number)
                for number, (strand, (parent, batch)) in enumerate(zip(strands, jobs, strict=True))
            )
            pool += [
                Member(*child, parent) for child, (parent, _) in zip(children, jobs, strict=True) if child is not None
            ]
            made += width
        lab.note("pool", scores=[member.performance.mean for member in pool], parents=[m.parent for m in pool])
        return best_of(pool).modules


async def propose(lab: Lab, parent: Modules, *, batch: Sequence[Task], attempt: int) -> Proposal:
    """Let the optimizer rewrite the parent from a minibatch, and validate the child if it is better there."""
    evidence = await lab.explore(parent, batch)
    before = evidence.performance.scores
    if all(score >= 1.0 for score in before.values()):
        return None
    child = await lab.optimize(parent, evidence, attempt)
    after = (await lab.gate(child, batch)).scores
    accepted = sum(after[task.id] for task in batch) > sum(before[task.id] for task in batch)
    lab.note("minibatch", child=child.digest, accepted=accepted)
    return (child, await lab.validate(child)) if accepted else None


def minibatches(tasks: Sequence[Task], size: int, *, rng: np.random.Generator) -> Iterator[list[Task]]:
    """Yield minibatches without end: each epoch is shuffled anew, and filled up with its last tasks."""
    while tasks:
        order = rng.permutation(len(tasks)).tolist()
        order += islice(cycle(order[::-1]), -len(order) % size)
        for first in range(0, len(order), size):
            yield [tasks[i] for i in order[first : first + size]]


def drawn(pool: Sequence[Member], rng: np.random.Generator) -> int:
    """Draw a parent: a member of the frontier, as often as it is among the best on a task."""
    tickets = frontier([member.performance.scores for member in pool])
    return tickets[int(rng.integers(len(tickets)))]


def frontier(scores: Sequence[Mapping[str, float]]) -> list[int]:
    """Return the members of the Pareto frontier, each once for every task that it is best on, in the pool's order.

    Parameters
    ----------
    scores
        By member: task id to score, the same tasks for all.

    Notes
    -----
    A member is left out where others, that stay, are as good on every task that it is best on; the worst on average
    are looked at first.
    """
    best = {task: max(each[task] for each in scores) for task in scores[0]}
    fronts = [{n for n, each in enumerate(scores) if each[task] == top} for task, top in best.items()]
    alive = set().union(*fronts)
    for member in sorted(alive, key=lambda n: sum(scores[n].values())):
        if all(len(front & alive) > 1 for front in fronts if member in front):
            alive.discard(member)
    return sorted(member for front in fronts for member in front & alive)
