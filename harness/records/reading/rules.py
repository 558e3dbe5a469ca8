"""Which rules an agent follows, which each subset's module followed, and which a merge lost (the paper's Finding 2).

An environment may note for each rollout which rules its task needed: a note that is a list, named in `groups` of its
description. Modules *follow* a rule where they solve at least half of the tasks that need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.records.bounds import modules_key
from harness.records.reading.run import Run
from harness.records.schema import Lineage, LineageEvent, Lost, Measured, RolloutRow, RuleTable, Score

FOLLOWED = 0.5
"""Mean score on the tasks that need a rule from which on modules follow it."""

PURPOSES = ("backtest", "validate", "gate", "explore")
"""Measurements of the training, the one that says most first. Scores of two purposes are never compared."""

Key = tuple[str, str]
"""What rows call modules, and the purpose in which they were measured."""


@dataclass
class _Training:
    """Scores of training rollouts by modules, purpose and task, and what each task needs."""

    scores: dict[Key, dict[str, list[float]]] = field(default_factory=dict)
    needs: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def add(self, row: RolloutRow, notes: Sequence[str]) -> None:
        self.scores.setdefault((row.modules, row.purpose), {}).setdefault(row.task, []).append(row.score)
        for name in notes:
            if isinstance(value := row.notes.get(name), list):
                self.needs.setdefault(name, {})[row.task] = value

    def of(self, modules: str) -> tuple[str, dict[str, float]]:
        """Return the purpose that says most of some modules, and their mean score by task."""
        for purpose in PURPOSES:
            if scores := self.measured(modules, purpose):
                return purpose, {task: sum(values) / len(values) for task, values in scores.items()}
        return "", {}

    def measured(self, modules: str, purpose: str) -> dict[str, list[float]]:
        """Return the scores of the modules with this digest by task; none where they were not measured."""
        return self.scores.get((modules_key(modules), purpose), {})


def rule_tables(run: Run) -> list[RuleTable]:
    """Return a table for each note that names rules; none for a run without merges or without such notes.

    Raises
    ------
    HarnessError
        If a file of the run cannot be read.
    """
    return [] if run.lineage is None else tables(run.record.environment.groups, run.lineage, rows=run.rollouts("train"))


def tables(notes: Sequence[str], lineage: Lineage, *, rows: Iterable[RolloutRow]) -> list[RuleTable]:
    """Return the tables of a lineage and the rollouts of its training; rows are read only where they are needed."""
    merges = [event for event in lineage.events if event.kind == "merge"]
    if not notes or not merges:
        return []
    training = _Training()
    for row in rows:
        training.add(row, notes)
    places = _places(lineage.events)
    return [
        RuleTable(
            note=note,
            measured=list(_measured(merges, places, training=training, needs=needs)),
            lost=list(_lost(merges, places, training=training, needs=needs)),
        )
        for note, needs in training.needs.items()
    ]


def _places(events: Iterable[LineageEvent]) -> dict[str, str]:
    """Return where modules were made, by digest: the last event that made them."""
    made = [event for event in events if event.modules and event.kind in ("initial", "optimize", "merge")]
    return {
        str(event.modules): f"merge {event.id}" if event.kind == "merge" else event.scope or event.kind
        for event in made
    }


def _measured(
    merges: Sequence[LineageEvent], places: Mapping[str, str], *, training: _Training, needs: Mapping[str, list[str]]
) -> Iterator[Measured]:
    involved = dict.fromkeys(made for event in merges for made in (*event.parents, event.modules) if made)
    for modules in involved:
        _, scores = training.of(modules)
        by_rule: dict[str, list[Score]] = {}
        for task, score in scores.items():
            for rule in dict.fromkeys(needs.get(task, ())):
                by_rule.setdefault(rule, []).append(Score(mean=score, n=1))
        if by_rule:
            pooled = {rule: Score.pool(parts) for rule, parts in by_rule.items()}
            yield Measured(place=places.get(modules, modules[:8]), modules=modules, scores=pooled)


def _lost(
    merges: Sequence[LineageEvent], places: Mapping[str, str], *, training: _Training, needs: Mapping[str, list[str]]
) -> Iterator[Lost]:
    for event in merges:
        if event.modules is None:
            continue
        found: dict[str, Lost] = {}
        for parent in dict.fromkeys(event.parents):
            purpose, before = training.of(parent)
            after = training.measured(event.modules, purpose)
            shared = {task: score for task, score in before.items() if task in after}
            for rule in sorted({rule for task in shared for rule in needs.get(task, ())}):
                tasks = [task for task in shared if rule in needs.get(task, ())]
                was = sum(shared[task] for task in tasks) / len(tasks)
                now = sum(sum(after[task]) / len(after[task]) for task in tasks) / len(tasks)
                known = found.get(rule)
                if was >= FOLLOWED > now and (known is None or (was, len(tasks)) > (known.before, known.n)):
                    merge = places.get(event.modules, event.id)
                    maker = places.get(parent, parent[:8])
                    found[rule] = Lost(place=merge, parent=maker, rule=rule, before=was, after=now, n=len(tasks))
        yield from (found[rule] for rule in sorted(found))
