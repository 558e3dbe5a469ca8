"""A line of ``train.jsonl`` or ``test.jsonl``."""

from __future__ import annotations

from typing import Literal

from harness.records.bounds import Digest, Name, Share, Trial, Whole
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
    failed: str
    pattern: str
    advice: str
    source: str = ""


class RolloutRow(Strict):
    """A line of `train.jsonl` or `test.jsonl`: one rollout, whole.

    `modules` is the digest of what steered the agent. `agent` tells the trained agent's tests from the vanilla one's.
    """

    purpose: Name
    scope: Name
    agent: Literal["trained", "vanilla", "training"]
    modules: Digest
    task: Name
    category: Name
    trial: Trial
    success: bool
    score: Share
    answer: str
    steps: list[StepRow]
    notes: dict[Name, str | Whole | float | list[Name]]
    usage: UsageRow
    evaluation: EvaluationRow | None = None
