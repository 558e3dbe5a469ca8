"""Which rules methods learn, and which their merges lose, over all runs of a results folder.

usage: python scripts/rules.py RESULTS [--note rules] [--apart none undecidable]

A row is a method with its settings on one environment and backbone: the mean test score, the rules that the trained
agent follows (it solves at least half of the test tasks that need them), and the rules that merges lost
(`harness.records.reading.rules`), each a mean over runs with its standard error. A loss shows only on training tasks on
which a merge and what it was made from were both measured: rows that hold out other shares of tasks do not compare.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from rich import box
from rich.table import Table

from harness.cli.output import console
from harness.records.reading.rules import FOLLOWED, rule_tables
from harness.records.reading.run import Run
from harness.records.reading.runs import read_runs

Key = tuple[str, str, str, str]
"""Environment, backbone, method and its settings."""


@dataclass(frozen=True)
class Found:
    """One run.

    Attributes
    ----------
    test
        Mean test score in [0, 1].
    learned
        Rules that the trained agent follows, of `needed` that test tasks need.
    lost
        Rules that merges lost; a rule counts once for each merge that lost it.
    gone
        Those of them that the trained agent does not follow.
    """

    test: float
    learned: int
    needed: int
    lost: int
    gone: int


def learned(needs: Iterable[tuple[Sequence[str], float]], apart: Sequence[str]) -> dict[str, bool]:
    """Return whether each rule is followed.

    Parameters
    ----------
    needs
        For each rollout, the rules that its task needs, and its score.
    apart
        Values of the note that are no rules.
    """
    scores: dict[str, list[float]] = {}
    for rules, score in needs:
        for rule in set(rules) - set(apart):
            scores.setdefault(rule, []).append(score)
    return {rule: mean(values) >= FOLLOWED for rule, values in scores.items()}


def found(run: Run, note: str, apart: Sequence[str]) -> Found | None:
    """Return what a run shows; None where it has not ended, or notes no rules."""
    if run.result is None:
        return None
    rows = [row for row in run.rollouts("test") if row.agent == "trained"]
    needs = [(value, row.score) for row in rows if isinstance(value := row.notes.get(note), list)]
    if not needs:
        return None
    follows = learned(needs, apart)
    lost = [one.rule for table in rule_tables(run) if table.note == note for one in table.lost]
    lost = [rule for rule in lost if rule not in apart]
    gone = {rule for rule in lost if not follows.get(rule, False)}
    test = mean(row.score for row in rows)
    return Found(test, sum(follows.values()), needed=len(follows), lost=len(lost), gone=len(gone))


def key_of(run: Run) -> Key:
    """Return which row a run belongs to."""
    return run.env, run.backbone, run.method, json.dumps(run.record.config.get("method"), sort_keys=True)


def label(key: Key) -> str:
    """Return the name of a row: the method, and the switches that are on."""
    settings = json.loads(key[3]) or {}
    on = [name for name, value in settings.items() if value is True]
    return f"{key[2]} ({', '.join(on)})" if on else key[2]


def cell(values: Sequence[float], per: float = 1.0) -> str:
    """Write a mean with its standard error, where there are several values."""
    spread = f" ({per * stdev(values) / sqrt(len(values)):.1f})" if len(values) > 1 else ""
    return f"{per * mean(values):.1f}{spread}"


def table(runs: Iterable[Run], note: str, apart: Sequence[str]) -> Table:
    """Return the table."""
    rows: dict[Key, list[Found]] = {}
    for run in runs:
        if (one := found(run, note, apart)) is not None:
            rows.setdefault(key_of(run), []).append(one)
    title = f"{note} learned, lost in merges, and of those not followed in the end: mean (standard error) over runs"
    made = Table(title=title, title_justify="left", box=box.SIMPLE)
    for name in ("env", "backbone", "method", "runs", "test %", "learned", "of", "lost", "gone"):
        made.add_column(name, justify="left" if name in ("env", "backbone", "method") else "right")
    for key, each in sorted(rows.items()):
        made.add_row(
            *key[:2],
            label(key),
            str(len(each)),
            cell([one.test for one in each], 100),
            cell([one.learned for one in each]),
            str(max(one.needed for one in each)),
            cell([one.lost for one in each]),
            cell([one.gone for one in each]),
        )
    return made


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="a results folder")
    parser.add_argument("--note", default="rules", help="the note of rollouts that names rules")
    parser.add_argument(
        "--apart", nargs="*", default=["none", "undecidable"], help="values of the note that are no rules"
    )
    given = parser.parse_args(argv)
    runs, _ = read_runs(given.results)
    console().print(table(runs, given.note, given.apart))


if __name__ == "__main__":
    main()
