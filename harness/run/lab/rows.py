"""Rollouts as rows of the record."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from harness.core.domain import Evaluation, Modules, Purpose, Task, Trajectory, Usage
from harness.records.schema import EvaluationRow, RolloutRow, StepRow, UsageRow


def rollout_row(
    purpose: Purpose,
    scope: str,
    agent: Literal["trained", "vanilla", "training"],
    modules: Modules,
    task: Task,
    trial: int,
    trajectory: Trajectory,
    usage: Usage,
    evaluation: Evaluation | None = None,
) -> RolloutRow:
    """Return one rollout as the record holds it."""
    return RolloutRow(
        purpose=purpose.value,
        scope=scope,
        agent=agent,
        modules=modules.digest,
        task=task.id,
        category=task.category,
        trial=trial,
        success=trajectory.success,
        score=trajectory.score,
        answer=trajectory.answer,
        steps=[StepRow(action=s.action, observation=s.observation, thought=s.thought) for s in trajectory.steps],
        notes=dict(trajectory.notes),
        usage=UsageRow.of(usage),
        evaluation=EvaluationRow(**asdict(evaluation)) if evaluation else None,
    )
