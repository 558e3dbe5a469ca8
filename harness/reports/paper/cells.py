"""A cell of the paper's tables: which runs stand in it, and the command that makes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.records.reading.run import Run
from harness.reports.leaderboard.boards import choose_split, split_of
from harness.reports.leaderboard.rows import Row, make_row
from harness.reports.leaderboard.variants import flat_settings, variant_key
from harness.reports.leaderboard.versions import versions_of
from harness.reports.paper.usual import deviations

METHODS = {
    "vanilla": "Vanilla",
    "all_at_once": "All-at-once",
    "batch_wise": "Batch-wise",
    "bootstrapping": "Bootstrapping",
    "fgo": "FGO",
}
"""Methods of the paper and how its tables call them."""

FILLS = "   # "
"""Between a command and what it fills."""

NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
"""A setting that an axis can show."""

OPTIMIZER = re.compile(r"\+(?:[a-z]+,)*optimizer(?:,[a-z]+)*=")
"""In a backbone's label (`harness.run.config.labels`): the optimizer is not the preset's model, as in Table 4."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a place of a table.

    Attributes
    ----------
    wants
        Settings by dotted name, as `flat_settings` gives them.
    command
        Makes the runs.
    """

    env: str
    method: str
    command: str
    wants: Mapping[str, str] = field(default_factory=dict)
    other_optimizer: bool = False


def other_optimizer(backbone: str) -> bool:
    """Return whether a backbone's optimizer is another model than its preset's."""
    return OPTIMIZER.search(backbone) is not None


def preset_of(backbone: str) -> str:
    """Return the preset in a backbone's label, without another optimizer."""
    return OPTIMIZER.split(backbone, maxsplit=1)[0]


def find(cell: Cell, runs: Sequence[Run]) -> Row | None:
    """Return the row of a cell, or None where no run fits.

    All cells of an environment stand on one number of training tasks (`of_one_size`). Of several settings that fit
    those that differ least from the shipped ones are taken, then those with most runs.
    """
    here = [run for run in runs if run.env == cell.env and other_optimizer(run.backbone) == cell.other_optimizer]
    if not here:
        return None
    chosen, _ = choose_split(of_one_version(here), None)
    fitting = [run for run in of_one_size(chosen) if run.method == cell.method and _fits(run, cell.wants)]
    variants: dict[str, list[Run]] = {}
    for run in fitting:
        variants.setdefault(variant_key(run), []).append(run)
    if not variants:
        return None
    return make_row(cell.method, "", runs=_usual(variants), k=3)


def of_one_version(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of the versions of which there are most: scores of two versions say nothing about each other."""
    counts = Counter(map(versions_of, runs))
    most = max(counts, key=lambda versions: (counts[versions], versions))
    return [run for run in runs if versions_of(run) == most]


def of_one_size(runs: Sequence[Run]) -> list[Run]:
    """Return the runs on one number of training tasks: with most of the paper's methods, then most runs, then tasks.

    Methods are compared on equal training sets: Figure 3 adds runs on smaller ones. The vanilla agent trains on none.
    """
    sizes: dict[int, list[Run]] = {}
    for run in runs:
        if run.method in METHODS and run.method != "vanilla":
            sizes.setdefault(_training_tasks(run), []).append(run)
    if not sizes:
        return list(runs)
    best = max(sizes, key=lambda size: (len({run.method for run in sizes[size]}), len(sizes[size]), size))
    return [run for run in runs if run.method == "vanilla" or _training_tasks(run) == best]


def swept(runs: Iterable[Run], env: str, *, setting: str, methods: Sequence[str]) -> list[tuple[float, Row]]:
    """Return (value of the setting, row) on the test tasks on which the setting takes most values."""
    by_split: dict[str, dict[tuple[str, float], list[Run]]] = {}
    for run in runs:
        if run.env == env and run.method in methods and not other_optimizer(run.backbone):
            written = flat_settings(run).get(setting, "")
            if NUMBER.fullmatch(written):
                by_split.setdefault(split_of(run), {}).setdefault((run.method, float(written)), []).append(run)
    if not by_split:
        return []
    most = max(by_split.values(), key=lambda groups: len({value for _, value in groups}))
    found = []
    for (method, value), members in sorted(most.items()):
        variants: dict[str, list[Run]] = {}
        for run in members:
            variants.setdefault(variant_key(run), []).append(run)
        found.append((value, make_row(method, "", runs=_usual(variants), k=3)))
    return found


def _usual(variants: Mapping[str, Sequence[Run]]) -> Sequence[Run]:
    return min(variants.values(), key=lambda found: (deviations(found[0]), -len(found)))


def _training_tasks(run: Run) -> int:
    return len(run.record.splits.get("train", ()))


def _fits(run: Run, wants: Mapping[str, str]) -> bool:
    settings = flat_settings(run) if wants else {}
    return all(settings.get(name) == value for name, value in wants.items())


def grouped(gaps: Iterable[str]) -> list[str]:
    """Return each command once, with all that it fills: ``COMMAND   # Spectral, Random``."""
    fills: dict[str, dict[str, None]] = {}
    for gap in gaps:
        command, _, what = gap.partition(FILLS)
        fills.setdefault(command, {}).update({what: None} if what else {})
    return [command + (FILLS + ", ".join(what) if what else "") for command, what in fills.items()]
