"""Records for the site's tests: a run with a merge, and texts planted wherever a record holds text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.core.domain import Modules
from harness.records.folder import RunFolder
from harness.records.module_text import modules_json
from harness.records.pretty import pretty
from harness.records.schema import Score
from harness.run.lab.lineage import LineageBook
from tests.records import rollout, write_rows, write_run

HOSTILE = (
    '</script><script>window.PWNED=1</script><img src=x onerror="window.PWNED=1">"><svg onload=window.PWNED=1>'
    '\u2028\');window.PWNED=1;//\u2029${window.PWNED=1}<!--<a href="javascript:window.PWNED=1">x</a>&lt;b&gt;'
)
"""Text that runs where it is taken for markup or code."""

KEPT = {"status", "agent", "schema_version", "run_id", "purpose", "kind", "modules", "parents", "final", "module", "id"}
KEPT |= {"texts", "started", "data_checksum"}
"""Fields that decide how a record is read, or that only hold what the harness itself writes."""


def with_merge(results: Path, text: str = "", **settings: Any) -> RunFolder:
    """Write a run of two subsets and one merge, which wins one task and loses another."""
    folder = write_run(results, text=text, vanilla=(0, 0, 1, 0), **settings)
    initial = Modules.of_instruction("initial")
    left, right = Modules.of_instruction(f"look first\n{text}"), Modules.of_instruction("look twice")
    merged = Modules.of_instruction(f"look first\nlook twice\n{text}")
    book = LineageBook()
    book.add((0,), "", kind="initial", made=initial)
    book.add((0, 1), "", kind="divide", facts={"subsets": [[f"t0 {text}", "t1"], ["t2"]], "why": text})
    for number, made in ((1, left), (2, right)):
        book.add((0, 1 + number, 1), f"subset-{number}", kind="optimize", made=made, parents=(initial,))
    book.add((0, 4, 1), "merge", kind="gate", facts={"accepted": True, "reason": text})
    book.add((0, 4, 2), "merge", kind="merge", made=merged, parents=(left, right))
    lineage = book.lineage(merged)
    measured = lineage.events[-1].model_copy(
        update={"id": "0.4.3", "kind": "backtest", "parents": [], "performance": Score(mean=2 / 3, n=3)}
    )
    lineage = lineage.model_copy(update={"events": [*lineage.events, measured]})
    for made in (initial, left, right, merged):
        (folder.path / "modules" / f"{made.digest[:12]}.json").write_text(modules_json(made))
    (folder.path / "lineage.json").write_text(pretty(lineage))
    result = folder.read_result()
    assert result is not None
    (folder.path / "result.json").write_text(pretty(result.model_copy(update={"module": merged.digest})))
    rows = [
        rollout("training", modules, f"t{n} {text}", n, score, text, "backtest")
        for modules, scores in ((left, {0: 0.0, 1: 1.0}), (right, {2: 1.0}), (merged, {0: 1.0, 1: 0.0, 2: 1.0}))
        for n, score in scores.items()
    ]
    rows += [rollout("training", initial, "t0", 0, 0.0, text, "explore")]
    folder.train.write_text("".join(row.model_dump_json() + "\n" for row in rows))
    return folder


def with_rules(folder: RunFolder) -> RunFolder:
    """Note rules on the test rows of a run, and put its tasks into six categories."""
    record, result = folder.read_run(), folder.read_result()
    assert record is not None
    assert result is not None
    folder.write_run(
        record.model_copy(update={"environment": record.environment.model_copy(update={"groups": ["rules"]})})
    )
    needs = (["rule a"], ["rule a"], ["rule b"], ["rule a", "rule b"], ["rule a"], ["rule c"])
    names = {f"task-{n}": (rules, f"Category {n}") for n, rules in enumerate(needs)}
    rows = [
        row.model_copy(update={"notes": {"rules": names[row.task][0]}, "category": names[row.task][1]})
        for row in folder.rows(folder.test)
    ]
    write_rows(folder.test, rows)
    score = {
        name: Score.of((row.category, row.score) for row in rows if row.agent == agent)
        for name, agent in (("test", "trained"), ("vanilla", "vanilla"))
    }
    changed = result.model_copy(update={"score": {**result.score, **score}})
    (folder.path / "result.json").write_text(pretty(changed))
    return folder


def plant(folder: RunFolder, text: str) -> None:
    """Put a text into every string of a record that is free text (also names of settings, facts and categories)."""
    for name in ("run.json", "result.json", "lineage.json", "test.jsonl", "train.jsonl"):
        path = folder.path / name
        documents = [json.loads(line) for line in path.read_text().split("\n") if line] if "jsonl" in name else None
        if documents is None:
            path.write_text(json.dumps(_planted(json.loads(path.read_text()), text)))
        else:
            path.write_text("".join(json.dumps(_planted(document, text)) + "\n" for document in documents))


def _planted(value: Any, text: str, field: str = "") -> Any:
    if isinstance(value, dict):
        planted = {key: inner if key in KEPT else _planted(inner, text, key) for key, inner in value.items()}
        if field in ("config", "facts", "notes", "packages", "by_category"):
            planted |= {text: next(iter(planted.values()))} if planted else {}
        return planted
    if isinstance(value, list):
        return [_planted(inner, text) for inner in value]
    return f"{value} {text}" if isinstance(value, str) else value
