"""Rollouts as rows of the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from harness.core.domain import Evaluation, Modules, Purpose, Task
from harness.core.messages import ToolSchema
from harness.records.conversation import Conversation, write_conversation
from harness.records.schema import RolloutRow, usage_fields
from harness.records.spool import TextSpool
from harness.run.players.playing import Played


def rollout_row(
    purpose: Purpose,
    scope: str,
    *,
    agent: Literal["trained", "vanilla", "training"],
    modules: Modules,
    task: Task,
    trial: int,
    played: Played,
    texts: TextSpool | None = None,
    evaluation: Evaluation | None = None,
) -> RolloutRow:
    """Return one rollout as the record holds it; `texts` keeps what it was asked."""
    trajectory = played.trajectory
    fields = {
        "purpose": purpose.value,
        "scope": scope,
        "agent": agent,
        "modules": modules.digest,
        "task": task.id,
        "category": task.category,
        "trial": trial,
        "success": trajectory.success,
        "score": trajectory.score,
        "answer": trajectory.answer,
        "steps": [{"action": s.action, "observation": s.observation, "thought": s.thought} for s in trajectory.steps],
        "notes": dict(trajectory.notes),
        "usage": usage_fields(played.usage),
        "evaluation": _evaluation(evaluation) if evaluation else None,
        "texts": None if texts is None else _asked(texts, task, conversations=played.conversations),
    }
    return RolloutRow.model_validate(fields)  # all of it at once: a model for each part takes twice as long


def _evaluation(evaluation: Evaluation) -> dict[str, str]:
    return {name: getattr(evaluation, name) for name in Evaluation.__slots__}


def _asked(texts: TextSpool, task: Task, *, conversations: Sequence[Conversation]) -> dict[str, Any]:
    offered = [[tool.name, tool.description, dict(tool.parameters)] for tool in _offered(conversations)]
    return {
        "query": texts.add(task.query),
        "truth": texts.add(task.truth),
        "tools": texts.add(json.dumps(offered, ensure_ascii=False)) if offered else None,
        "conversations": [write_conversation(texts, one.turns(), known=[task.query]) for one in conversations],
    }


def _offered(conversations: Sequence[Conversation]) -> list[ToolSchema]:
    """Return the tools that the agent was offered, each name once."""
    return list({tool.name: tool for one in conversations for tool in one.tools}.values())
