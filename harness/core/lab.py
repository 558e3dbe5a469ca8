"""The Lab: all that a method may do. Its verbs are the paper's words.

A method never calls a model, an environment or a file itself; it calls the Lab, which runs things concurrently,
journals every effect, counts usage and writes the lineage. What one Lab does is in the order of the method's own
calls; strands that run at the same time take a `scope` each, so that nothing depends on which of them is faster.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.core.clustering import Cluster
from harness.core.domain import Candidate, Evidence, Modules, Performance, Role, Task
from harness.core.messages import Message

C = TypeVar("C", bound=Candidate)


@dataclass(frozen=True, slots=True)
class Work:
    """Work that a method must still do after its last step, at most: what a budget has to keep for it.

    Attributes
    ----------
    rollouts
        Tasks played without the evaluator (`Lab.backtest`, `Lab.gate`, `Lab.validate`), each as often as it is played.
    calls
        Calls of the optimizer or the merger (`Lab.merge`, `Lab.complete`).
    """

    rollouts: int = 0
    calls: int = 0

    def __add__(self, other: Work) -> Work:
        """Return both."""
        return Work(self.rollouts + other.rollouts, self.calls + other.calls)

    def __mul__(self, times: int) -> Work:
        """Return it done so often."""
        return Work(self.rollouts * times, self.calls * times)


NOTHING = Work()


@dataclass(frozen=True, slots=True)
class Shown:
    """Experiences as they stand in an optimizer's prompt.

    Attributes
    ----------
    text
        A block an experience, numbered from 1 in the evidence's order.
    n
        How many of them stand there, from the first on, the last one perhaps cut short.
    """

    text: str
    n: int


class Lab(Protocol):
    """What a method gets to train an agent with."""

    @property
    def initial(self) -> Modules:
        """The parameters of the vanilla agent."""
        ...

    @property
    def purpose(self) -> str:
        """What the agent's work is, in a sentence or two, for prompts of one's own."""
        ...

    @property
    def validation(self) -> int:
        """How many validation tasks the run holds out (`validation_size`)."""
        ...

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """Run the agent on the tasks and let the evaluator read each trajectory (Algorithm 1, first two phases).

        Parameters
        ----------
        evaluate
            False leaves the evaluator out: the evaluations of the evidence are empty, and cost nothing.

        Returns
        -------
        Evidence
            In task order. A task that stands twice in `tasks` is played once and stands twice in the evidence.

        Raises
        ------
        IncompleteRun
            If tasks could not be played because of infrastructure. Let it pass.
        """
        ...

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> Modules:
        """Let the optimizer write the next modules (Algorithm 1, third phase): one optimization step.

        Parameters
        ----------
        attempt
            The same request gets the same answer; another number gets another one. A method that draws several
            candidates from one evidence numbers them.
        """
        ...

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """Let the merger write one set of modules from several and their performance (Algorithm 2). No backtest.

        Parameters
        ----------
        attempt
            Another number gets another answer from the same candidates.
        """
        ...

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Run the agent on training tasks, without the evaluator."""
        ...

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Run the agent on training tasks, without the evaluator, to decide whether modules are accepted.

        In a purpose of its own: what decides is not what is reported further up.
        """
        ...

    async def validate(self, modules: Modules) -> Performance:
        """Run the agent on the validation tasks, without the evaluator.

        Raises
        ------
        ConfigError
            If the run has no validation tasks (`env.validation_size`).
        """
        ...

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one vector a text, shape (len(texts), dimensions), rows of unit length (or zero for an empty text).

        By the configured embedding (`embedding=NAME`).
        """
        ...

    async def cluster(self, candidates: Sequence[C], algorithm: Cluster, k: int) -> list[list[C]]:
        """Group candidates by the similarity of their trainable modules (Section 3.2, Table 2).

        Embedding, assignment and its entry in the journal are behind this verb.

        Parameters
        ----------
        algorithm
            One of `harness.run.clustering`, or your own.
        k
            How many groups, 2 <= k < len(candidates).

        Returns
        -------
        list
            Exactly `k` groups, none empty, by first member. Where the algorithm finds another number, similar
            candidates are split evenly, and the lineage says why.
        """
        ...

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        """Ask a role's model with a prompt of your own; another `attempt` gets another answer to the same prompt.

        The call counts for the role: an optimizer's as an optimizer call, a merger's as a merge call.
        """
        ...

    def shown(self, evidence: Evidence, beside: str = "") -> Shown:
        """Return experiences as optimizers read them, for a prompt of one's own.

        Tasks stand there in short where the environment offers that. What exceeds the optimizer's window is cut (the
        policy ``truncate``, whatever the run's own is); the lineage and the record then say so.

        Parameters
        ----------
        beside
            The rest of the prompt, which takes its part of the window.
        """
        ...

    def tokens(self, text: str) -> int:
        """Return the length of a text in the tokens of the agent's model."""
        ...

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """Return `compute()`, journaled under (`kind`, `inputs`), and note it in the lineage.

        For what is computed here but may come out differently on another machine, such as cluster assignments.
        Inputs and result must be JSON-like.
        """
        ...

    def note(self, kind: str, **facts: Any) -> None:
        """Write a line into the lineage: a decision of the method that a reader of the record should see."""
        ...

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:
        """Write modules that the method made itself into the lineage.

        What `optimize` and `merge` make is recorded by them.
        """
        ...

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NOTHING) -> bool:
        """Return whether another step is within this scope's share of the budget. Ask before each step.

        Always true where steps are what methods have in common (`budget.match=steps|chain`). Elsewhere a method has
        no end of its own, and this is what ends it; the first no is noted in the lineage. A step is all that the
        scope does between two questions. Ask while no strand of this scope is at work.

        Parameters
        ----------
        tasks
            What the next step explores, where that is known.
        then
            What must still be done after the next step, at most: backtests, validation, merging. The answer is no
            as soon as the next step would leave too little for it.

        Raises
        ------
        ConfigError
            If one step and the work after it are more than the share: the amount is too small for the method. The
            message says which amount is enough.

        Examples
        --------
        A method that backtests its result once::

            while lab.another_step(batch, then=Work(rollouts=len(tasks))):
                modules = await lab.optimize(modules, await lab.explore(modules, batch))
            return Candidate(modules, tasks, await lab.backtest(modules, tasks))
        """
        ...

    def budget(self) -> Mapping[str, str | float]:
        """Return what methods are matched by (``match``), the ``amount`` of this scope, and what is ``used`` of it."""
        ...

    def rng(self, name: str) -> np.random.Generator:
        """Return a new generator, seeded by the run's seed, this scope and `name`."""
        ...

    def scope(self, name: str, share: int = 1) -> Lab:
        """Return a child Lab with its own place in the lineage, for a strand that runs beside others.

        Scopes that are made together share what is left of this scope's budget.

        Parameters
        ----------
        share
            Weight of the scope's share, such as the number of its tasks. 0 is for work that comes after such strands
            (merging) and lives on what they leave: each strand keeps its part of that work back by naming it as
            `then` in `another_step`.
        """
        ...
