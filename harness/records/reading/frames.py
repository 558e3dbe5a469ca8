"""Runs as tidy pandas frames: one observation a row, one variable a column, `run_id` in each to join them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from harness.core.errors import HarnessError
from harness.records.bounds import modules_key
from harness.records.reading.asked import asked
from harness.records.reading.run_columns import COLUMNS, run_row
from harness.records.schema import RolloutRow, UsageTable

if TYPE_CHECKING:
    from harness.records.reading.run import Run

KEYS = ("run_id", "env", "method", "backbone", "seed")
"""Columns that every frame begins with."""

SPLITS = ("train", "test")


class Frames:
    """The frames of some runs, each read when it is first asked for."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs

    def __repr__(self) -> str:
        return f"<Frames of {len(self._runs)} runs: runs, rollouts, messages, lineage, usage>"

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per run: status, scores, tokens, money, seconds, calls, budget, settings.

        `harness.records.reading.run_columns.COLUMNS` says what each column holds.
        """
        return _frame(map(run_row, self._runs), tuple(COLUMNS))

    @cached_property
    def rollouts(self) -> pd.DataFrame:
        """A row per rollout of training and final test: task, score, steps, tokens, the evaluator's verdict."""
        return _frame(_rollouts(self._runs), (*KEYS, "split", "agent", "task", "category", "trial", "success", "score"))

    @cached_property
    def messages(self) -> pd.DataFrame:
        """A row per message between an agent and its model, in order; none for records of earlier versions."""
        columns = (*KEYS, "split", "agent", "task", "trial", "rollout", "conversation", "turn", "speaker", "content")
        return _frame(_messages(self._runs), columns)

    @cached_property
    def lineage(self) -> pd.DataFrame:
        """A row per event of the lineage: what made which module from which, and its score."""
        return _frame(_lineage(self._runs), (*KEYS, "id", "scope", "kind", "modules", "parents", "mean", "n"))

    @cached_property
    def usage(self) -> pd.DataFrame:
        """A row per agent, phase and role: calls, tokens, money, latency."""
        return _frame(_usage(self._runs), (*KEYS, "agent", "phase", "role", "calls", "prompt", "completion", "usd"))


def _frame(rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    found = list(rows)
    return pd.DataFrame(found) if found else pd.DataFrame(columns=list(columns))


def _keys(run: Run) -> dict[str, Any]:
    return dict(zip(KEYS, (run.id, run.env, run.method, run.backbone, run.seed), strict=True))


def _rollouts(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run in runs:
        try:
            rows = [(split, _rollout(run, row)) for split in SPLITS for row in run.rollouts(split)]
        except HarnessError as error:
            warnings.warn(f"the rollouts of run {run.id} are left out: {error}", stacklevel=2)
            continue
        for split, row in rows:
            yield {**_keys(run), "split": split, **row}


def _rollout(run: Run, row: RolloutRow) -> dict[str, Any]:
    keys = row.texts
    return {
        "query": run.texts[keys.query] if keys else None,
        "truth": run.texts[keys.truth] if keys else None,
        "purpose": row.purpose,
        "scope": row.scope,
        "agent": row.agent,
        "modules": row.modules,
        "task": row.task,
        "category": row.category,
        "trial": row.trial,
        "success": row.success,
        "score": row.score,
        "answer": row.answer,
        "steps": len(row.steps),
        "prompt": row.usage.prompt,
        "completion": row.usage.completion,
        "usd": row.usage.usd,
        "verdict": row.evaluation.verdict if row.evaluation else None,
    }


def _messages(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run in runs:
        try:
            for split in SPLITS:
                for number, row in enumerate(run.rollouts(split)):
                    rollout = {"split": split, "agent": row.agent, "task": row.task, "trial": row.trial}
                    yield from _said(run, row, rollout={**_keys(run), **rollout, "rollout": number})
        except HarnessError as error:
            warnings.warn(f"messages of run {run.id} are left out: {error}", stacklevel=2)


def _said(run: Run, row: RolloutRow, *, rollout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = asked(row, run.texts)
    for conversation, turns in enumerate(found.conversations if found else ()):
        for number, turn in enumerate(turns):
            calls = [f"{name}({arguments})" for name, arguments in turn.calls]
            content = "\n".join([turn.text, *calls] if turn.text else calls)
            yield {
                **rollout,
                "conversation": conversation,
                "turn": number,
                "speaker": turn.speaker,
                "content": content,
            }


def _lineage(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run in runs:
        try:
            events = run.lineage.events if run.lineage else []
        except HarnessError as error:
            warnings.warn(f"the lineage of run {run.id} is left out: {error}", stacklevel=2)
            continue
        for event in events:
            yield {
                **_keys(run),
                "id": event.id,
                "scope": event.scope,
                "kind": event.kind,
                "modules": modules_key(event.modules) if event.modules else None,
                "parents": [modules_key(parent) for parent in event.parents],
                "mean": event.performance.mean if event.performance else None,
                "n": event.performance.n if event.performance else None,
                "leaks": len(event.leaks),
            }


def _usage(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    for run in runs:
        if run.result is not None:
            yield from _usage_rows(_keys(run), "trained", table=run.result.usage)
            yield from _usage_rows(_keys(run), "vanilla", table=run.result.usage_vanilla)


def _usage_rows(keys: dict[str, Any], agent: str, *, table: UsageTable) -> Iterator[dict[str, Any]]:
    for phase, roles in table.items():
        for role, row in roles.items():
            yield {**keys, "agent": agent, "phase": phase, "role": role, **row.model_dump()}
