"""The conformance check for methods."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from harness.core.domain import Evidence, Modules, Role, Task, digest
from harness.core.method import Method
from harness.testing.contract import ask
from harness.testing.lab import LabStandIn, Script, joined

ORDERS = 4
"""How many orders of strands a method is trained in."""


def check_method(method: Method) -> None:
    """Hold a method against `harness.core.method.Method`.

    Trains it on a `LabStandIn` whose answers are fixed functions of their inputs, several times with the strands in
    another order, on many tasks and on one.

    Raises
    ------
    ConformanceError
        At the first thing that is not as the contract asks.
    """
    ask(callable(getattr(method, "train", None)), "it must have an async method train(lab, tasks)")
    ask(bool(getattr(method, "version", "")), "it must have a `version`: part of the run id")
    tasks = [Task(f"task-{n}", f"question {n}", f"truth {n}", "even" if n % 2 == 0 else "odd") for n in range(12)]
    results, scripts = [], [coins(order) for order in range(ORDERS)]
    for script in scripts:
        given = list(tasks)
        results.append(train(method, script, given))
        ask(given == tasks, "train() must not change the list of tasks")
    for trained in results:
        ask(isinstance(trained, Modules), f"train() must return Modules, not {type(trained).__name__}")
    ask(
        len({trained.digest for trained in results}) == 1,
        "train() must return the same whatever strand is faster, and keep nothing between calls",
    )
    check_candidates(scripts[0])
    ask(isinstance(train(method, coins(0), tasks[:1]), Modules), "train() must cope with a single task")


def check_candidates(script: Script) -> None:
    """Find an optimizer that is asked the same thing twice: the same request gets the same answer.

    Raises
    ------
    ConformanceError
        If a request was repeated.
    """
    asked = Counter(
        (call.verb, call.modules, call.tasks, call.facts["attempt"], call.facts.get("prompt") or call.facts["evidence"])
        for call in script.calls
        if call.verb == "optimize" or (call.verb == "complete" and call.facts["role"] is Role.OPTIMIZER)
    )
    for (verb, *_), times in asked.items():
        ask(
            times == 1,
            f"train() made the same request of lab.{verb} {times} times, so these candidates are all equal; "
            "give each an attempt of its own (attempt=0, 1, 2, ...)",
        )


def coins(order: int) -> Script:
    """Return a script in which a coin, seeded by modules and task, decides whether the task is solved."""

    def score(modules: Modules, task: Task) -> float:
        return float(int(digest([modules.digest, task.id])[:1], 16) < 8)

    def optimize(modules: Modules, evidence: Evidence, attempt: int) -> str:
        seen = digest([attempt, [[item.task.id, item.trajectory.success] for item in evidence]])[:8]
        return f"{modules.instruction()}\n- learned {seen}"

    validation = [Task(f"validation-{n}", f"held-out question {n}", "", "validation") for n in range(4)]
    return Script(
        score, optimize, joined, delay=lambda scope: int(digest([order, scope])[:1], 16), validation=validation
    )


def train(method: Method, script: Script, tasks: Sequence[Task]) -> Modules:
    """Return what a method trains on a stand-in."""
    return asyncio.run(method.train(LabStandIn(script), tasks))
