"""The final test by what an environment noted about its tasks: a table a note, from the rows of ``test.jsonl``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from harness.core.domain import Note
from harness.records.folder import RunFolder
from harness.records.reading.rules import rule_tables
from harness.records.reading.run import read_run
from harness.records.schema import RolloutRow, RuleTable, Score
from harness.reports.measures import Mean, measured

AGENTS = {"vanilla": "vanilla (test)", "trained": "test"}
"""Agents of the final test, as the columns of the tables call them."""


@dataclass
class Tally:
    """Sums over the rows of one agent, by value of each note, and of each measure."""

    groups: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    measures: dict[str, Mean] = field(default_factory=dict)


def tables(folder: RunFolder) -> list[Table | str]:
    """Return what the environment asked for: a table a group, and a line a measure. Empty where it asked for none."""
    record = folder.read_run()
    if record is None:
        return []
    groups, measures = record.environment.groups, record.environment.measures
    if not groups and not measures:
        return []
    tallies = tally(folder.rows(folder.test), groups, measures=measures)
    shown = [agent for agent in AGENTS if agent in tallies]
    parts: list[Table | str] = [_table(name, tallies, shown=shown) for name in groups if _values(name, tallies)]
    for name in measures:
        found = [tallies[agent].measures.get(name, Mean()) for agent in shown]
        per = 100 if any(mean.share for mean in found) else 1
        pairs = zip(shown, found, strict=True)
        means = [f"{AGENTS[agent]} {_cell([mean.total, mean.n], per) or '-'}" for agent, mean in pairs]
        parts.append(f"{name}: {', '.join(means)}")
    for table in rule_tables(read_run(folder)):
        parts += list(_rules(table))
    return parts


def tally(rows: Iterable[RolloutRow], groups: Sequence[str], *, measures: Sequence[str]) -> dict[str, Tally]:
    """Sum the scores of rows up by agent and note, one row at a time."""
    tallies: dict[str, Tally] = {}
    for row in rows:
        own = tallies.setdefault(row.agent, Tally())
        for name in groups:
            for value in _each(row.notes.get(name)):
                _add(own.groups.setdefault((name, value), [0.0, 0]), row.score)
        for name in measures:
            if (measure := measured(row, name)) is not None:
                own.measures.setdefault(name, Mean()).add(measure)
    return tallies


def _each(note: Note | None) -> list[str]:
    """Return the values of a note: each value of a list counts, once."""
    if note is None:
        return []
    return list(dict.fromkeys(note)) if isinstance(note, list) else [str(note)]


def _add(sum_and_count: list[float], value: float) -> None:
    sum_and_count[0] += value
    sum_and_count[1] += 1


def _rules(found: RuleTable) -> Iterator[Table]:
    """Yield how modules did by rule on the way to the final ones, and the rules that merges lost."""
    table = Table(
        title=f"{found.note}: modules that were merged, success in % (training rollouts)", title_justify="left"
    )
    table.add_column(found.note)
    for one in found.measured:
        table.add_column(one.place, justify="right", overflow="fold")
    for rule in found.rules:
        table.add_row(rule, *(cell(one.scores.get(rule)) for one in found.measured))
    yield table
    lost = Table(title=f"{found.note} that a merge lost: {len(found.lost)}", title_justify="left")
    for title in ("merge", "followed by", found.note, "before", "after", "tasks"):
        lost.add_column(title, justify="right" if title in ("before", "after", "tasks") else "left")
    for loss in found.lost:
        shares = (f"{100 * loss.before:.1f}", f"{100 * loss.after:.1f}")
        lost.add_row(loss.place, loss.parent, loss.rule, *shares, str(loss.n))
    if found.lost:
        yield lost


def cell(score: Score | None) -> str:
    """Return a score as it stands in tables: ``54.2 (24)``, in percent with the number of rollouts."""
    return "" if score is None else f"{100 * score.mean:.1f} ({score.n})"


def _values(name: str, tallies: dict[str, Tally]) -> list[str]:
    return sorted({value for own in tallies.values() for note, value in own.groups if note == name})


def _table(name: str, tallies: dict[str, Tally], *, shown: Sequence[str]) -> Table:
    table = Table(title=f"by {name}", title_justify="left")
    table.add_column(name)
    for agent in shown:
        table.add_column(AGENTS[agent], justify="right")
    for value in _values(name, tallies):
        table.add_row(value, *(_cell(tallies[agent].groups.get((name, value))) for agent in shown))
    return table


def _cell(sum_and_count: list[float] | None, per: int = 100) -> str:
    if not sum_and_count or not sum_and_count[1]:
        return ""
    return f"{per * sum_and_count[0] / sum_and_count[1]:.1f} ({int(sum_and_count[1])})"
