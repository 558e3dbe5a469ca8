"""The parts of a module that can be dropped one by one: guidelines of an instruction, tools of a toolbox."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.core.domain import Instruction, Module, Performance, Toolbox
from harness.core.guidelines import compose, parse


def without_each(module: Module) -> Iterator[tuple[str, Module]]:
    """Yield each part, as a person would name it, and the module without it."""
    if isinstance(module, Toolbox):
        for tool in module.tools:
            yield tool.name, replace(module, tools=tuple(other for other in module.tools if other is not tool))
        return
    read = parse(module.text)
    for number, item in enumerate(read.items):
        rest = replace(read, items=read.items[:number] + read.items[number + 1 :])
        yield item, Instruction(compose(rest))


@dataclass(frozen=True, slots=True)
class Change:
    """How a score differs between two performances on the same tasks.

    Attributes
    ----------
    mean
        Of the paired differences, in [-1, 1].
    error
        Its standard error; None for a single task.
    better, worse
        On how many tasks.
    """

    mean: float
    error: float | None
    better: int
    worse: int


def change(before: Performance, after: Performance) -> Change:
    """Return what `after` scores more than `before`, task by task."""
    return of_differences([after.scores[task] - score for task, score in before.scores.items()])


def interaction(neither: Performance, one: Performance, *, other: Performance, both: Performance) -> Change:
    """Return by how much two modules together bring more (or less) than the sum of what each brings alone.

    Zero is what orthogonality (Section 2.1) expects.
    """
    return of_differences(
        [both.scores[task] - one.scores[task] - other.scores[task] + neither.scores[task] for task in neither.scores]
    )


def of_differences(differences: list[float]) -> Change:
    """Return mean, standard error and signs of paired differences."""
    n = len(differences)
    mean = sum(differences) / n
    error = math.sqrt(sum((d - mean) ** 2 for d in differences) / (n - 1) / n) if n > 1 else None
    return Change(mean, error, sum(d > 0 for d in differences), sum(d < 0 for d in differences))
