"""The lineage of a run for its page: events, texts of modules, differences to parents, tasks won and lost."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import orjson

from harness.core.domain import Modules
from harness.core.errors import HarnessError
from harness.records.bounds import modules_key
from harness.records.module_text import final_text
from harness.records.reading.run import Run
from harness.records.schema import LineageEvent, Score
from harness.reports.site.hiding import Hiding
from harness.reports.site.rollouts import Index
from harness.reports.site.scripts import Payload

CONTEXT = 2
"""Unchanged lines shown around a change."""

NONE: Payload = {"final": "", "events": [], "modules": []}
"""The lineage of a run that has none."""

Texts = dict[str, dict[str, str]]
"""Of each module digest, the text of each part by name."""


def lineage_payload(run: Run, index: Index) -> Payload:
    """Return what the lineage page reads; no events for a run that has not ended."""
    if run.result is None or run.lineage is None:
        return NONE
    hiding = Hiding(run.sensitive)
    texts = _texts(run)
    return {
        "final": run.lineage.final,
        "events": [_event(event, texts, index=index, hiding=hiding) for event in run.lineage.events],
        "modules": [
            [made, [[name, hiding.text(text)] for name, text in parts.items()]] for made, parts in texts.items()
        ],
    }


def difference(old: str, new: str) -> list[list[str]]:
    """Return the changed lines between two texts with some context: pairs of a mark (``-+ @``) and a line."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=CONTEXT, lineterm="")
    return [["@", line] if line.startswith("@@") else [line[0], line[1:]] for line in list(lines)[2:]]


def flips(event: LineageEvent, index: Index) -> Iterator[tuple[str, str, str, int, int, float, float]]:
    """Yield the tasks on which new modules were measured beside a parent, in the same purpose.

    Yields
    ------
    tuple
        Purpose, task, digest of the parent, rollout of the parent and of the new modules, score of each.
    """
    if event.modules is None:
        return
    parents = [parent for parent in dict.fromkeys(event.parents) if parent != event.modules]
    for (purpose, task), after in index.measured.get(modules_key(event.modules), {}).items():
        for parent in parents:
            before = index.measured.get(modules_key(parent), {}).get((purpose, task))
            if before:
                yield purpose, task, parent, before.rollout, after.rollout, before.mean, after.mean


def _event(event: LineageEvent, texts: Texts, *, index: Index, hiding: Hiding) -> Payload:
    compared = [
        [purpose, hiding.text(task), parent, *measured] for purpose, task, parent, *measured in flips(event, index)
    ]
    return {
        "id": event.id,
        "scope": event.scope,
        "kind": event.kind,
        "modules": event.modules,
        "parents": event.parents,
        "score": score_payload(event.performance) if event.performance else None,
        "facts": [[name, _said(hiding.value(value))] for name, value in event.facts.items()],
        "leaks": [hiding.text(task) for task in event.leaks],
        "compared": len(compared),
        "flips": [row for row in compared if row[5] != row[6]],
        "changes": [] if hiding.sensitive else _changes(event, texts),
    }


def score_payload(score: Score) -> list[object]:
    """Return a score as mean, number of rollouts, and the same by category."""
    return [score.mean, score.n, [[name, part.mean, part.n] for name, part in score.by_category.items()]]


def _changes(event: LineageEvent, texts: Texts) -> list[Payload]:
    made = texts.get(event.modules or "")
    if made is None:
        return []
    return [
        {
            "parent": parent,
            "parts": [[name, difference(texts[parent].get(name, ""), text)] for name, text in made.items()],
        }
        for parent in dict.fromkeys(event.parents)
        if parent in texts
    ]


def _texts(run: Run) -> Texts:
    events = run.lineage.events if run.lineage else []
    found: Texts = {}
    for made in dict.fromkeys(event.modules for event in events if event.modules):
        try:
            parts = run.folder.read_modules(made)
        except HarnessError:  # damaged or taken away: the page says that it is not there
            continue
        found[made] = {name: final_text(Modules({name: part}, (name,))) for name, part in parts.items()}
    return found


def _said(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
