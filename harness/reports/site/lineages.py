"""The lineage of a run for its page: events, texts of modules, differences to parents, tasks won and lost."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import orjson

from harness.core.domain import Modules
from harness.core.errors import HarnessError
from harness.records.module_text import final_text
from harness.records.reading.run import Run
from harness.records.schema import LineageEvent, Score
from harness.reports.site.hiding import Hiding
from harness.reports.site.measured import Measurements
from harness.reports.site.rollouts import Write
from harness.reports.site.scripts import Payload

CONTEXT = 2
"""Unchanged lines shown around a change."""

MOST_FLIPS = 1000
"""Tasks won and lost that an event shows."""

MOST_LETTERS = 20_000
"""Letters of a fact that the page shows."""

NONE: Payload = {"final": "", "events": [], "modules": []}
"""The lineage of a run that has none."""

Texts = dict[str, dict[str, str]]
"""Of each module digest, the text of each part by name."""


def lineage_payload(run: Run, measured: Measurements, *, write: Write) -> Payload:
    """Return what the lineage page reads; no events for a run that has not ended. Flips are written by event."""
    if run.result is None or run.lineage is None:
        return NONE
    hiding = Hiding(run.sensitive)
    texts = _texts(run)
    return {
        "final": run.lineage.final,
        "events": [
            _event(event, texts, hiding=hiding) | _compared(number, event, measured, write=write, hiding=hiding)
            for number, event in enumerate(run.lineage.events)
        ],
        "modules": [
            [made, [[name, hiding.text(text)] for name, text in parts.items()]] for made, parts in texts.items()
        ],
    }


def difference(old: str, new: str) -> list[list[str]]:
    """Return the changed lines between two texts with some context: pairs of a mark (``-+ @``) and a line."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=CONTEXT, lineterm="")
    return [["@", line] if line.startswith("@@") else [line[0], line[1:]] for line in list(lines)[2:]]


def comparisons(event: LineageEvent, measured: Measurements) -> Iterator[tuple[str, str, str, int, int, float, float]]:
    """Yield the tasks on which new modules were measured beside a parent, in the same purpose.

    Yields
    ------
    tuple
        Purpose, task, digest of the parent, rollout of the parent and of the new modules, score of each.
    """
    if event.modules is None:
        return
    parents = {parent: measured.of(parent) for parent in event.parents if parent != event.modules}
    if not parents:
        return
    keys = measured.keys()
    for key, after in measured.of(event.modules).items():
        for parent, means in parents.items():
            if before := means.get(key):
                yield *keys[key], parent, before.rollout, after.rollout, before.score, after.score


def _compared(number: int, event: LineageEvent, measured: Measurements, *, write: Write, hiding: Hiding) -> Payload:
    """Return how many tasks were compared, won and lost; what flipped is in a file of its own, up to a number."""
    compared = won = lost = 0
    flips: list[list[object]] = []
    for purpose, task, parent, *rollouts, before, after in comparisons(event, measured):
        compared, won, lost = compared + 1, won + (after > before), lost + (after < before)
        if before != after and len(flips) < MOST_FLIPS:
            flips.append([purpose, hiding.text(task), parent, *rollouts, before, after])
    if flips:
        write(f"flips-{number}", {"flips": flips})
    return {"number": number, "compared": compared, "won": won, "lost": lost}


def _event(event: LineageEvent, texts: Texts, *, hiding: Hiding) -> Payload:
    return {
        "id": event.id,
        "scope": event.scope,
        "kind": event.kind,
        "modules": event.modules,
        "parents": event.parents,
        "score": score_payload(event.performance) if event.performance else None,
        "facts": [[name, _said(hiding.value(value))] for name, value in event.facts.items()],
        "leaks": [hiding.text(task) for task in event.leaks],
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
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    more = len(text) - MOST_LETTERS
    return f"{text[:MOST_LETTERS]}\n... and {more:,} more letters in lineage.json" if more > 0 else text
