"""Why a run may not stand in a table. Cheap checks of a record against itself; `harness verify` proves far more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.errors import HarnessError
from harness.core.messages import SIMULATED
from harness.records.bounds import MOST_TRIALS
from harness.records.reading.run import Outcome, Run
from harness.records.run_id import run_id
from harness.records.schema import Score

CLOSE = 1e-9
"""Scores further apart than this are not the same."""


def problem(run: Run) -> str:
    """Return in a line why this run may not stand in a table, or "" where nothing speaks against it."""
    if run.record.status != "finished" or run.result is None:
        return unfinished(run)
    try:
        _ = run.lineage  # tables read it, so that a damaged one is found here
        return _differing(run)
    except HarnessError as error:
        return f"tampered or damaged: {error}"


def unfinished(run: Run) -> str:
    """Return the state of a run that has not ended, with what it said last."""
    last = run.record.sessions[-1].message if run.record.sessions else ""
    status = "incomplete" if run.record.status in ("running", "finished") else run.record.status
    return f"{status}: {last}" if last else status


def _differing(run: Run) -> str:
    result = run.scored
    if run_id(run.record.identity) != run.id or result.run_id != run.id:
        return "tampered: the run id is not the digest of the run's identity"
    for name in ("env", "method", "backbone", "seed", "simulated"):
        if getattr(result, name) != getattr(run.record, name):
            return f"tampered: run.json and result.json differ in {name}"
    if run.record.seed != run.record.identity.get("seed"):
        return "tampered: the seed is not that of the identity"
    if _simulated(run.record.identity) and not run.record.simulated:
        return "tampered: its models are simulated, but it says they are not"
    trials = run.record.identity.get("trials", 1)
    if type(trials) is not int or not 1 <= trials <= MOST_TRIALS:
        return "tampered: the identity has no number of trials"
    if len(set(run.test_tasks)) < len(run.test_tasks):
        return "tampered: a task stands twice in the split"
    every = len(run.test_tasks) * trials
    for agent in ("trained", "vanilla"):
        mine = [outcome for outcome in run.outcomes if outcome.agent == agent]
        if not mine and agent == "vanilla":
            continue
        if len(mine) != every or {(outcome.task, outcome.trial) for outcome in mine} != {
            (task, trial) for task in run.test_tasks for trial in range(trials)
        }:
            return f"tampered: the tasks of test.jsonl ({agent}) are not those of the split"
        score = result.score.get("test" if agent == "trained" else "vanilla")
        if score is None or not _same(score, _recomputed(mine)):
            return f"tampered: the {agent} score of result.json is not that of the rows in test.jsonl"
    if any(outcome.agent == "training" for outcome in run.outcomes):
        return "tampered: test.jsonl holds rollouts of the training"
    return ""


def _simulated(identity: Mapping[str, Any]) -> bool:
    models = identity.get("models")
    specs = models.values() if isinstance(models, Mapping) else ()
    served = [spec.get("model") for spec in specs if isinstance(spec, Mapping)]
    return any(str(model.get("id", "")).startswith(SIMULATED) for model in served if isinstance(model, Mapping))


def _recomputed(outcomes: list[Outcome]) -> Score:
    return Score.of((outcome.category, outcome.score) for outcome in outcomes)


def _same(a: Score, b: Score) -> bool:
    return (
        a.n == b.n
        and abs(a.mean - b.mean) < CLOSE
        and a.by_category.keys() == b.by_category.keys()
        and all(_same(a.by_category[name], b.by_category[name]) for name in a.by_category)
    )
