"""The verdict on a set of runs, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.core.domain import digest
from harness.records.reading.arrays import seeds_by_tasks
from harness.records.reading.checks import problem
from harness.records.reading.run import Run
from harness.reports.leaderboard.spending import spending
from harness.reports.leaderboard.variants import labels
from harness.reports.regression.baseline import SECTIONS, answering
from harness.stats.detectable import ALPHA
from harness.stats.paired import compare_paired
from harness.stats.several import holm
from harness.stats.two_way import compare_methods

TOKENS = 0.10
"""Share by which tokens may rise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the baseline (a method in a setting, over its seeds) and what became of it.

    Attributes
    ----------
    difference
        New mean score minus old, and its p-value by Holm's correction over the rows; None where runs are missing.
    tokens
        New tokens over old, minus 1: of the training, and of the trained agents' test.
    failures
        Why it fails; none: it does not.
    """

    name: str
    runs: int
    old: float
    new: float | None
    difference: float | None
    p_value: float | None
    tokens: tuple[float, float] | None
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    name: str
    old: list[Run]
    new: list[Run]
    p_value: float
    trouble: str


def judge(
    baseline: Sequence[Run], runs: Sequence[Run], *, tokens: float = TOKENS, alpha: float = ALPHA
) -> list[Verdict]:
    """Compare a set of runs with a baseline, row by row.

    A simulated model is deterministic, so that each run is compared with its own earlier self, task by task. Runs of a
    real model are trained anew and differ by chance: the methods are compared over seeds and tasks.
    """
    pairs = [_pair(name, members, runs=runs) for name, members in _rows(baseline)]
    adjusted = holm([pair.p_value for pair in pairs])
    return [_verdict(pair, float(p), tokens=tokens, alpha=alpha) for pair, p in zip(pairs, adjusted, strict=True)]


def _rows(baseline: Sequence[Run]) -> list[tuple[str, list[Run]]]:
    groups: dict[tuple[str, str, str], dict[str, list[Run]]] = {}
    for run in baseline:
        key = digest([run.record.config.get(part) for part in SECTIONS])
        groups.setdefault((run.env, run.method, run.backbone), {}).setdefault(key, []).append(run)
    rows = []
    for (env, method, backbone), variants in sorted(groups.items()):
        named = labels(variants)
        rows += [(f"{env} {method} {backbone} {named[key]}".strip(), members) for key, members in variants.items()]
    return rows


def _pair(name: str, old: list[Run], *, runs: Sequence[Run]) -> _Pair:
    found = [answering(run, runs) for run in old]
    new = [run for run in found if run is not None]
    trouble = ""
    if len(new) < len(old):
        seeds = ", ".join(str(run.seed) for run, there in zip(old, found, strict=True) if there is None)
        trouble = f"no run answers to seed {seeds}"
    elif reason := next((reason for run in new if (reason := problem(run))), ""):
        trouble = reason
    elif any(set(a.test_tasks) != set(b.test_tasks) for a, b in zip(old, new, strict=True)):
        trouble = "tested on other tasks: the data changed, so scores cannot be compared"
    elif len({frozenset(run.test_tasks) for run in old}) > 1:
        trouble = "the runs of the baseline are on different test tasks"
    if trouble:
        return _Pair(name, old, new, 1.0, trouble)
    before, after = (seeds_by_tasks([old[0], *side])[1:] for side in (old, new))
    if old[0].record.simulated:
        p_value = compare_paired(after.mean(axis=0), before.mean(axis=0)).p_value
    else:
        p_value = compare_methods(after, before).p_value
    return _Pair(name, old, new, p_value, "")


def _verdict(pair: _Pair, p_value: float, *, tokens: float, alpha: float) -> Verdict:
    old = float(np.mean([run.scored.score["test"].mean for run in pair.old]))
    if pair.trouble:
        return Verdict(
            pair.name,
            len(pair.old),
            old=old,
            new=None,
            difference=None,
            p_value=None,
            tokens=None,
            failures=(pair.trouble,),
        )
    new = float(np.mean([run.scored.score["test"].mean for run in pair.new]))
    before, after = spending(pair.old), spending(pair.new)
    rises = (
        _rise(before.training_tokens, after.training_tokens),
        _rise(before.test_tokens, after.test_tokens),
    )
    failures = []
    if p_value < alpha and new < old:
        failures.append(f"score significantly worse (p = {p_value:.4f})")
    for rise, what in zip(rises, ("training", "test"), strict=True):
        if rise > tokens:
            failures.append(f"{what} tokens rose by {100 * rise:.0f} %")
    return Verdict(
        pair.name,
        len(pair.old),
        old=old,
        new=new,
        difference=new - old,
        p_value=p_value,
        tokens=rises,
        failures=tuple(failures),
    )


def _rise(before: float, after: float) -> float:
    if before == 0:
        return 0.0 if after == 0 else float("inf")
    return after / before - 1
