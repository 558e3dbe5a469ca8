"""The record as a tracker shows it: summary, a table of test rows, modules. Sensitive texts are digests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.domain import Modules
from harness.core.errors import HarnessError
from harness.llm.redact import clean_config
from harness.records.folder import RunFolder
from harness.records.module_text import final_text
from harness.records.places import without_places
from harness.records.reading.run import Run, read_run
from harness.records.reading.shareable import shareable
from harness.records.schema import ResultRecord
from harness.run.tracking.tracker import Cell, Tracker

COLUMNS = ("task", "category", "agent", "trial", "success", "score", "steps", "tokens", "answer")
"""Columns of the table of test rows."""


def safe_config(config: Mapping[str, Any], sensitive: bool, **more: Any) -> dict[str, Any]:
    """Return a config as it may be shown: without keys, and of a sensitive environment without paths."""
    cleaned = {**clean_config(dict(config)), **more}
    return without_places(cleaned) if sensitive else cleaned


def report(tracker: Tracker, folder: RunFolder) -> None:
    """Report a finished run."""
    run = read_run(folder)
    tracker.summary(summary(run.scored))
    rows: list[tuple[Cell, ...]] = []
    for row in run.rollouts():
        tokens = row.usage.prompt + row.usage.completion
        rows.append(
            (
                shareable(row.task, run.sensitive),
                row.category,
                row.agent,
                row.trial,
                row.success,
                row.score,
                len(row.steps),
                tokens,
                shareable(row.answer, run.sensitive),
            )
        )
    tracker.table("test_rows", COLUMNS, rows)
    facts = {"run_id": run.id, "digest": run.scored.module, "test": run.scored.score["test"].mean}
    tracker.artifact(f"modules-{run.id}", "modules", files=module_files(run), facts=facts)


def summary(result: ResultRecord) -> dict[str, Cell]:
    """Return the single values of a result."""
    values: dict[str, Cell] = {f"score/{name}": score.mean for name, score in result.score.items()}
    for name, score in result.score["test"].by_category.items():
        values[f"category/{name}"] = score.mean
    for phase, roles in result.usage.items():
        for role, row in roles.items():
            values[f"usage/{phase}/{role}/tokens"] = row.prompt + row.completion
            values[f"usage/{phase}/{role}/usd"] = row.usd
    values |= {
        "seconds/wall": result.seconds.wall,
        "seconds/critical_path": result.seconds.critical_path,
        "optimizer_calls": result.optimizer_calls,
        "merge_calls": result.merge_calls,
        "truncated_steps": result.truncated_steps,
        "simulated": result.simulated,
    }
    return values


def module_files(run: Run) -> dict[str, str]:
    """Return the final module and every module of the lineage, as texts; of a sensitive environment as digests."""
    files = {"module.txt": shareable(run.module_text, run.sensitive)}
    events = run.lineage.events if run.lineage else []
    for made in dict.fromkeys(event.modules for event in events if event.modules):
        try:
            parts = run.folder.read_modules(made)
        except (OSError, HarnessError):
            continue
        text = final_text(Modules(parts, tuple(parts)))
        files[f"{made[:12]}.txt"] = shareable(text, run.sensitive)
    return files
