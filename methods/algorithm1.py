"""Algorithm 1 of the paper: basic module optimization. Every method that optimizes is built on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, get_args

from harness.core.domain import Candidate, Modules, Task
from harness.core.lab import NOTHING, Lab, Work
from methods import checked

Select = Literal["last", "best", "validated"]
"""Which step's module is kept: the last one (the paper's reading), the best one on the tasks by backtest, or the best
one on the validation tasks."""


def check(steps: int, select: Select = "last") -> None:
    """Check the settings of Algorithm 1.

    Raises
    ------
    ConfigError
        If `steps` is below 1, or `select` is unknown.
    """
    checked.whole("steps", steps)
    checked.one_of("select", select, allowed=get_args(Select))


async def step(lab: Lab, modules: Modules, *, tasks: Sequence[Task]) -> Modules:
    """Explore the tasks, evaluate every trajectory, and let the optimizer write the next modules."""
    evidence = await lab.explore(modules, tasks)
    return await lab.optimize(modules, evidence)


async def optimize(
    lab: Lab,
    modules: Modules,
    batches: Iterable[Sequence[Task]],
    tasks: Sequence[Task],
    select: Select = "last",
    then: Work = NOTHING,
) -> Modules:
    """Make one step on each batch, one after another, and return the modules of the step that `select` names.

    Parameters
    ----------
    batches
        The tasks of each step.
    tasks
        What `select="best"` measures each step's modules on. The initial modules compete too.
    then
        What the caller does with the result: budgets keep it back.
    """
    validation = 0
    if select == "validated":  # before anything is spent: are there validation tasks?
        validation = (await lab.validate(modules)).n
    contenders = [modules]
    each = {"last": 0, "best": len(tasks), "validated": validation}[select]
    for batch in within_budget(lab, batches, then=lambda: Work(each * (len(contenders) + 1)) + then):
        modules = await step(lab, modules, tasks=batch)
        contenders.append(modules)
    return await chosen(lab, contenders, tasks=tasks, select=select)


def within_budget(lab: Lab, batches: Iterable[Sequence[Task]], *, then: Callable[[], Work]) -> Iterator[Sequence[Task]]:
    """Yield the tasks of each step as long as the budget holds the step and what must follow it, `then()`."""
    for batch in batches:
        if not lab.another_step(batch, then()):
            return
        yield batch


async def chosen(lab: Lab, contenders: Sequence[Modules], *, tasks: Sequence[Task], select: Select) -> Modules:
    """Return one of the modules of successive steps."""
    if select == "last":
        return contenders[-1]
    if select == "best":
        return (await best(lab, contenders, tasks=tasks)).modules
    scores = [(await lab.validate(modules)).mean for modules in distinct(contenders)]
    return max(reversed(list(zip(distinct(contenders), scores, strict=True))), key=lambda pair: pair[1])[0]


async def best(lab: Lab, contenders: Sequence[Modules], *, tasks: Sequence[Task]) -> Candidate:
    """Backtest each of them on the tasks and return the best; among equals the later one."""
    candidates = [
        Candidate(modules, tuple(tasks), await lab.backtest(modules, tasks)) for modules in distinct(contenders)
    ]
    return max(reversed(candidates), key=lambda candidate: candidate.performance.mean)


def distinct(contenders: Sequence[Modules]) -> list[Modules]:
    """Return each of the modules once."""
    return list({modules.digest: modules for modules in contenders}.values())
