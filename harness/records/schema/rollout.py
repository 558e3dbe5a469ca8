"""A line of ``train.jsonl`` or ``test.jsonl``."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticSerializationError

from harness.records.bounds import ModulesKey, Name, Share, TextKey, Trial, Whole
from harness.records.schema.strict import Strict
from harness.records.schema.usage import UsageRow


class StepRow(Strict):
    """One turn of an agent."""

    action: str
    observation: str
    thought: str = ""


class EvaluationRow(Strict):
    """The evaluator's reading of a rollout."""

    verdict: str
    failed: str = ""
    pattern: str = ""
    advice: str = ""
    source: str = ""


class TextsRow(Strict):
    """What a rollout was asked, by keys of ``texts.jsonl``.

    `tools` is a JSON list of the tools that the agent was offered, as ``[name, description, parameters]``. Each of
    `conversations` is one as `harness.records.conversation` writes it; more than one where a call did not continue
    the history of the call before.
    """

    query: TextKey
    truth: TextKey
    tools: TextKey | None = None
    conversations: Annotated[list[TextKey], Field(max_length=100_000)] = []


class RolloutRow(Strict):
    """A line of `train.jsonl` or `test.jsonl`: one rollout, whole.

    `modules` is the beginning of the digest of what steered the agent. `agent` tells the trained agent's tests from the
    vanilla one's. Rows leave out what has its default; earlier versions wrote it, and rows of version 1 may have no
    `texts`.
    """

    purpose: Name = "test"
    scope: Name = ""
    agent: Literal["trained", "vanilla", "training"] = "trained"
    modules: ModulesKey
    task: Name
    category: Name
    trial: Trial = 0
    success: bool
    score: Share
    answer: str
    steps: list[StepRow] = []
    notes: dict[Name, str | Whole | float | list[Name]] = {}
    usage: UsageRow
    evaluation: EvaluationRow | None = None
    texts: TextsRow | None = None

    def line(self) -> bytes:
        """Return it as a line of the record (without its end)."""
        try:
            return self.__pydantic_serializer__.to_json(self, exclude_defaults=True)
        except PydanticSerializationError:  # half a surrogate pair, which is no text
            fields = self.model_dump(exclude_defaults=True)
            return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
