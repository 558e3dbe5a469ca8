"""Rollouts as rows of the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from harness.core.domain import Evaluation, Modules, Purpose, Task
from harness.core.errors import ConfigError
from harness.records.conversation import Conversation, Turn, write_conversation
from harness.records.schema import RolloutRow, usage_fields
from harness.records.spool import TextSpool
from harness.run.players.playing import Played


def row_of(
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
) -> Callable[[], RolloutRow]:
    """Return what makes the row of a rollout as it is now, whatever its environment does with its lists later.

    `texts` then keeps what the rollout was asked. A row that cannot be made is a `ConfigError`.
    """
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
        "notes": {name: list(note) if isinstance(note, list) else note for name, note in trajectory.notes.items()},
        "usage": usage_fields(played.usage),
        "evaluation": _evaluation(evaluation) if evaluation else None,
    }
    tools, conversations = _offered(played.conversations), [list(one.turns()) for one in played.conversations]

    def make() -> RolloutRow:
        asked = None if texts is None else _asked(texts, task, tools=tools, conversations=conversations)
        try:
            return RolloutRow.model_validate({**fields, "texts": asked})  # at once: part by part takes twice as long
        except ValidationError as error:
            raise ConfigError(f"env: {_problem(task, error)}") from None

    return make


def _problem(task: Task, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where, what = first["loc"], first["msg"]
    if where[0] == "notes":
        where, what = where[:2], "a note is a text, a finite number or a list of texts, its name a text of up to 1,000"
    return f"what rollout() returned of task {task.id!r} cannot be recorded: {'.'.join(map(str, where))!r}: {what}"


def _evaluation(evaluation: Evaluation) -> dict[str, str]:
    return {name: getattr(evaluation, name) for name in Evaluation.__slots__}


def _asked(
    texts: TextSpool, task: Task, *, tools: str | None, conversations: Sequence[Sequence[Turn]]
) -> dict[str, Any]:
    return {
        "query": texts.add(task.query),
        "truth": texts.add(task.truth),
        "tools": texts.add(tools) if tools else None,
        "conversations": [write_conversation(texts, turns, known=[task.query]) for turns in conversations],
    }


def _offered(conversations: Sequence[Conversation]) -> str | None:
    """Return the tools that the agent was offered, each name once, as JSON."""
    tools = {tool.name: tool for one in conversations for tool in one.tools}.values()
    if not tools:
        return None
    return json.dumps([[tool.name, tool.description, dict(tool.parameters)] for tool in tools], ensure_ascii=False)
