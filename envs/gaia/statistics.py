"""What generated tasks ask for: abilities by split and level, and combinations that training does not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Column, Table

from envs.gaia.generate import GeneratedTask, generate_tasks
from envs.gaia.generate.parts import GIVEN, LACKING
from envs.gaia.generate.tasks import ARCHIVE
from envs.gaia.question import LEVELS
from harness.core.environment import Split

SPLITS: tuple[Split, ...] = ("train", "test")
Chosen = Mapping[Split, Sequence[GeneratedTask]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of the tasks of both splits.

    Attributes
    ----------
    counts
        Tasks by ability, split and level.
    combinations
        Different combinations of abilities in chained tasks, by split.
    unseen
        Chained test tasks whose combination no training task has, and all chained test tasks.
    initially_solvable
        Share of each split's tasks that the initial tools could solve: an upper bound on any untouched agent.
    """

    counts: Counter[tuple[str, Split, int]]
    combinations: Mapping[Split, int]
    unseen: tuple[int, int]
    initially_solvable: Mapping[Split, float]


def chosen(seed: int, sizes: Mapping[Split, int]) -> Chosen:
    """Return the generated tasks of each split."""
    return {split: generate_tasks(seed, sizes[split], split=split) for split in SPLITS}


def measure(tasks: Chosen) -> Measured:
    """Count abilities and combinations."""
    counts = Counter(
        (ability, split, task.level) for split in SPLITS for task in tasks[split] for ability in task.abilities
    )
    combined = {split: [frozenset(t.abilities) for t in tasks[split] if t.level > 1] for split in SPLITS}
    known = set(combined["train"])
    return Measured(
        counts,
        {split: len(set(sets)) for split, sets in combined.items()},
        (sum(one not in known for one in combined["test"]), len(combined["test"])),
        {split: sum(t.initially_solvable for t in of) / max(1, len(of)) for split, of in tasks.items()},
    )


def stats_table(measured: Measured) -> Table:
    """Return the tasks by ability, split and level."""
    heads = [f"{split} {level}" for split in SPLITS for level in LEVELS]
    table = Table(Column("ability", no_wrap=True), "initial tools", *heads, title="Tasks by ability, split and level")
    for ability in (ARCHIVE, *LACKING, *GIVEN):
        cells = [str(measured.counts[ability, split, level] or "") for split in SPLITS for level in LEVELS]
        table.add_row(ability, "can" if ability in GIVEN else "cannot", *cells)
    return table


def summary(measured: Measured) -> str:
    """Return the figures in words."""
    unseen, chained = measured.unseen
    bound = ", ".join(f"{split} {share:.0%}" for split, share in measured.initially_solvable.items())
    return (
        f"{len(LACKING) + len(GIVEN)} templates; {len(LACKING) + 1} abilities that the initial tools lack.\n"
        f"Chained test tasks with a combination that training lacks: {unseen} of {chained}.\n"
        f"Tasks that the initial tools can solve at best: {bound}."
    )
