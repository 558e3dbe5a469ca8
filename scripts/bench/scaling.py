"""Training time of the paper's methods against tasks, subsets, connections and a rate limit, on a virtual clock.

    python scripts/bench/scaling.py [--out FOLDER] [--calls 15] [--answer 1.5] [--optimizer 20]

The methods themselves train, on a Lab whose models only take time: an agent's task is so many calls of `--answer`
seconds one after another on one connection, then a call of the evaluator; an optimizer or a merger takes `--optimizer`
seconds. An event loop whose clock jumps to the next timer plays hours in seconds, so that every figure follows from
these numbers alone. Each cell is printed with the bound that no schedule beats: the critical path (connections without
end), the work over the connections, the calls over the rate limit, whichever is largest; 1.00x is the bound itself.

Last, the price of the backtests of FGO's merging: tasks played again in a merge tree, beside Appendix C of the paper,
which counts each task once a level of square roots.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import math
import selectors
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from harness.core.domain import Candidate, Evidence, Modules, Performance, Task
from harness.core.method import Method
from harness.run.clustering.algorithms import kmeans
from harness.testing import LabStandIn, Script
from methods.all_at_once import AllAtOnce
from methods.batch_wise import BatchWise
from methods.bootstrapping import Bootstrapping
from methods.fgo import FGO
from methods.partition import at_random

STEPS = 24
"""Optimizer calls of every method; FGO has one a subset where there are more subsets."""

ALL_AT_ONCE_AT_MOST = 6_000
"""All-at-once plays every task in every step: beyond this many tasks its cells are left out."""


@dataclass(frozen=True)
class World:
    """What takes how long: seconds of a call, calls of a task, connections, and calls a second that are let through."""

    tasks: int = 6_000
    subsets: int = 24
    connections: float = 1_000
    rate: float = math.inf
    calls: int = 15
    answer: float = 1.5
    evaluator: float = 3.0
    optimizer: float = 20.0


class Selector(selectors.DefaultSelector):
    """Waits for nothing: the time that it was asked to wait passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass."""
        self.now += max(timeout or 0.0, 0.0)
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return ready


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer."""

    def __init__(self) -> None:
        self._virtual = Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Return the virtual seconds."""
        return self._virtual.now


@dataclass
class Provider:
    """Connections, first come first served, and a rate limit; counts the seconds of work and the calls."""

    world: World
    work: float = 0.0
    calls: int = 0
    _free: list[float] = field(default_factory=list)
    _next: float = 0.0

    async def serve(self, jobs: int, seconds: float, *, calls: int) -> None:
        """Wait until so many equal jobs are done, each of which holds a connection for its calls."""
        loop = asyncio.get_running_loop()
        self.work += jobs * seconds
        self.calls += jobs * calls
        await asyncio.sleep(max((self._one(loop.time(), seconds, calls) for _ in range(jobs)), default=0) - loop.time())

    def _one(self, now: float, seconds: float, calls: int) -> float:
        """Return when a job ends that asks now."""
        busy = len(self._free) >= self.world.connections
        start = max(now, heapq.heappop(self._free) if busy else now)
        if self.world.rate < math.inf:
            self._next = max(self._next, start) + calls / self.world.rate
            seconds = max(seconds, self._next - start)
        if self.world.connections < math.inf:
            heapq.heappush(self._free, start + seconds)
        return start + seconds

    def bound(self, path: float) -> float:
        """Return the least time of any schedule."""
        return max(path, self.work / self.world.connections, self.calls / self.world.rate)


class TimedLab(LabStandIn):
    """A Lab whose verbs take time and mean nothing."""

    def __init__(self, provider: Provider, script: Script, *, name: str = "") -> None:
        super().__init__(script, name=name)
        self._provider = provider

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """Play the tasks."""
        world = self._provider.world
        seconds = world.calls * world.answer + evaluate * world.evaluator
        await self._provider.serve(len({task.id for task in tasks}), seconds, calls=world.calls + evaluate)
        return await super().explore(modules, tasks, evaluate)

    async def optimize(self, modules: Modules, evidence: Evidence, attempt: int = 0) -> Modules:
        """Write other modules."""
        await self._provider.serve(1, self._provider.world.optimizer, calls=1)
        return await super().optimize(modules, evidence, attempt)

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """Write other modules."""
        await self._provider.serve(1, self._provider.world.optimizer, calls=1)
        return await super().merge(candidates, attempt)

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Play the tasks."""
        world = self._provider.world
        await self._provider.serve(len(tasks), world.calls * world.answer, calls=world.calls)
        return await super().backtest(modules, tasks)

    def scope(self, name: str, share: int = 1) -> TimedLab:  # noqa: ARG002
        """Return a child at the same provider."""
        return TimedLab(self._provider, self.script, name=f"{self.name}/{name}")


def script() -> Script:
    """Return what the Lab answers: every module is a new number, and as good as any other."""
    numbers = count()
    return Script(
        score=lambda *_: 0.5,
        optimize=lambda *_: f"module {next(numbers)}",
        merge=lambda *_: f"module {next(numbers)}",
        embed=lambda texts: np.random.default_rng(len(texts)).normal(size=(len(texts), 16)),
    )


def methods(world: World) -> dict[str, Method]:
    """Return the paper's methods; those that go in batches have one the size of a subset."""
    batch = math.ceil(world.tasks / world.subsets)
    steps = max(STEPS, world.subsets)
    return {
        "all_at_once": AllAtOnce(STEPS),
        "batch_wise": BatchWise(STEPS, batch),
        "bootstrapping": Bootstrapping(STEPS, batch),
        "fgo": FGO(steps, world.subsets, partition=at_random, cluster=kmeans),
    }


@dataclass(frozen=True)
class Cell:
    """Seconds that a method trained, the least that any schedule takes, and what its merging noted."""

    seconds: float
    bound: float
    tree: Mapping[str, Any]


def train(name: str, world: World) -> tuple[float, Provider, Mapping[str, Any]]:
    """Train by a method; return the virtual seconds, the provider and the facts of the merge tree."""
    tasks = [Task(f"t{number}", "", "", "") for number in range(world.tasks)]
    provider, answers = Provider(world), script()
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(methods(world)[name].train(TimedLab(provider, answers), tasks))
        seconds = runner.get_loop().time()
    return seconds, provider, next((call.facts for call in answers.of("merge-tree")), {})


def measured(name: str, world: World) -> Cell | None:
    """Return a cell; None where it is left out."""
    if name == "all_at_once" and world.tasks > ALL_AT_ONCE_AT_MOST:
        return None
    path, _, _ = train(name, replace(world, connections=math.inf, rate=math.inf))
    seconds, provider, tree = train(name, world)
    return Cell(seconds, provider.bound(path), tree)


SWEEPS: dict[str, tuple[float, ...]] = {
    "tasks": (60, 600, 6_000, 60_000),
    "subsets": (6, 24, 96, 384, 1_024),
    "connections": (10, 100, 1_000, 10_000),
    "rate": (10, 100, 1_000, math.inf),
}


def swept(axis: str, base: World) -> dict[float, dict[str, Cell | None]]:
    """Return the cells of all methods along an axis."""
    whole = [value if value == math.inf or axis == "rate" else int(value) for value in SWEEPS[axis]]
    worlds = {value: replace(base, **{axis: value}) for value in whole}  # type: ignore[arg-type]
    return {value: {name: measured(name, world) for name in methods(world)} for value, world in worlds.items()}


def show(console: Console, axis: str, cells: Mapping[float, Mapping[str, Cell | None]], *, base: World) -> None:
    """Print the table of an axis."""
    others = ", ".join(
        f"{name} {getattr(base, name):g}" for name in ("tasks", "subsets", "connections", "rate") if name != axis
    )
    names = list(next(iter(cells.values())))
    table = Table(axis, *names, title=f"hours of training by {axis} ({others}); times the bound", title_justify="left")
    for value, row in cells.items():
        shown = (f"{c.seconds / 3600:.2f} ({c.seconds / c.bound:.2f}x)" if c else "-" for c in row.values())
        table.add_row(f"{value:,g}" if value < math.inf else "none", *shown)
    console.print(table)


def show_backtests(console: Console, cells: Mapping[float, Mapping[str, Cell | None]]) -> None:
    """Print what backtests play, beside the paper's count."""
    table = Table(
        "subsets", "merges", "reductions", "paper", "backtests", "paper", "ratio",
        title="backtests of FGO's merge tree (task plays), beside Appendix C", title_justify="left",
    )  # fmt: skip
    for value, row in cells.items():
        tree = row["fgo"].tree if row["fgo"] else {}
        ratio = tree["backtests"] / tree["paper_backtests"]
        numbers = (tree[name] for name in ("merges", "reductions", "paper_reductions", "backtests", "paper_backtests"))
        table.add_row(f"{value:g}", *(f"{number:,}" for number in numbers), f"{ratio:.2f}")
    console.print(table)


def plot(found: Mapping[str, Mapping[float, Mapping[str, Cell | None]]], path: Path) -> None:
    """Write the figure: hours against each axis, and the bounds as dashes."""
    import altair as alt
    import pandas as pd

    rows = [
        {"axis": axis, "value": value, "method": name, "hours": cell.seconds / 3600, "bound": cell.bound / 3600}
        for axis, cells in found.items()
        for value, row in cells.items()
        for name, cell in row.items()
        if cell and value < math.inf
    ]
    charts = []
    for axis in found:
        data = alt.Chart(pd.DataFrame([row for row in rows if row["axis"] == axis]))
        x = alt.X("value:Q", scale=alt.Scale(type="log"), title=axis)
        y = alt.Y("hours:Q", scale=alt.Scale(type="log"), title="hours of training")
        measured_line = data.mark_line(point=True).encode(x, y, alt.Color("method:N"))
        bound = data.mark_line(strokeDash=[4, 4]).encode(x, y.copy(), alt.Color("method:N"))
        bound = bound.encode(y=alt.Y("bound:Q", scale=alt.Scale(type="log"), title="hours of training"))
        charts.append((measured_line + bound).properties(width=260, height=220))
    alt.concat(*charts, columns=2).properties(title="Training time; dashes: the bound").save(str(path))


def main() -> None:
    """Print the tables and, with --out, write the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="a folder for scaling.svg (needs the extra `paper`)")
    parser.add_argument("--calls", type=int, default=World.calls, help="calls of the agent a task")
    parser.add_argument("--answer", type=float, default=World.answer, help="seconds of an answer of the agent")
    parser.add_argument("--optimizer", type=float, default=World.optimizer, help="seconds of an optimizer's answer")
    options = parser.parse_args()
    base = World(calls=options.calls, answer=options.answer, optimizer=options.optimizer)
    console = Console(width=None if Console().is_terminal else 140)
    found = {}
    for axis in SWEEPS:
        found[axis] = swept(axis, base)
        show(console, axis, found[axis], base=base)
    show_backtests(console, found["subsets"])
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        plot(found, options.out / "scaling.svg")
        console.print(f"wrote {options.out / 'scaling.svg'}")


if __name__ == "__main__":
    main()
