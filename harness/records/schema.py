"""The record's schema, versioned: pydantic models that write the files and read them back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1

Status = Literal["running", "incomplete", "failed", "finished"]


class Strict(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UsageRow(Strict):
    """Tokens and money (None = unknown price) of one role in one phase; `seconds` is latency, summed."""

    calls: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0
    usd: float | None = 0.0
    seconds: float = 0.0


UsageTable = dict[str, dict[str, UsageRow]]


class EstimateRecord(Strict):
    """What a run was expected to take before anything was spent.

    `usage` holds the training, and the test where the number of test tasks was known; `critical_path` is seconds of
    the training. `basis` says where tokens, money and seconds come from; calls come from the method's structure.
    """

    usage: UsageTable
    usage_vanilla: UsageTable = {}
    optimizer_calls: int
    merge_calls: int
    critical_path: float
    basis: str


class Session(Strict):
    """One process that worked on a run: when it began (UTC, ISO 8601), how long, and how it ended.

    `paid` is what it paid for, by role; `broken` counts rollouts that infrastructure broke (each was tried again).
    """

    started: str
    seconds: float
    status: Status
    message: str = ""
    calls_paid: int = 0
    usd_paid: float | None = 0.0
    paid: dict[str, UsageRow] = {}
    broken: int = 0


class RunRecord(Strict):
    """`run.json`: what was run, on what, with what."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    env: str
    method: str
    backbone: str
    status: Status
    simulated: bool
    seed: int
    data_seed: int
    config: dict[str, Any]
    identity: dict[str, Any]
    environment: dict[str, Any]
    splits: dict[str, list[str]]
    git_revision: str | None
    packages: dict[str, str]
    python: str
    sessions: list[Session] = []
    estimate: EstimateRecord | None = None


class Score(Strict):
    """Mean score in [0, 1] over `n` rollouts, with the same by category."""

    mean: float
    n: int
    by_category: dict[str, Score] = {}


class Seconds(Strict):
    """How long: on the clock of this machine, and along the longest chain of model calls that wait for each other."""

    wall: float
    critical_path: float


class ResultRecord(Strict):
    """`result.json`: the scores and what they took.

    `score` holds `test`, `vanilla` (where the vanilla agent was tested beside), `train` (last exploration of each
    scope) and `backtest` (the last one), as far as there are any. `usage` is what the method and the test of its
    agent took, `usage_vanilla` what testing the vanilla agent took.
    """

    schema_version: int = SCHEMA_VERSION
    run_id: str
    env: str
    method: str
    backbone: str
    seed: int
    simulated: bool
    generated_data: bool
    status: Status
    score: dict[str, Score]
    usage: UsageTable
    usage_vanilla: UsageTable
    seconds: Seconds
    optimizer_calls: int
    merge_calls: int
    module: str
    truncated_steps: int
    unread_answers: int
    leaks: int


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


class RolloutRow(Strict):
    """A line of `train.jsonl` or `test.jsonl`: one rollout, whole.

    `modules` is the digest of what steered the agent. `agent` tells the trained agent's tests from the vanilla one's.
    """

    purpose: str
    scope: str
    agent: Literal["trained", "vanilla", "training"]
    modules: str
    task: str
    category: str
    trial: int
    success: bool
    score: float
    answer: str
    steps: list[StepRow]
    notes: dict[str, str | int | float | list[str]]
    usage: UsageRow
    evaluation: EvaluationRow | None = None


class LineageEvent(Strict):
    """One event of `lineage.json`, in the method's own order: a step, a merge, a measurement, a note.

    Attributes
    ----------
    id
        Its place: scope numbers and the number within the scope, such as ``0.2.3``.
    kind
        ``initial``, ``explore``, ``optimize``, ``merge``, ``backtest``, ``validate``, or what the method noted.
    modules
        Digest of the modules that it made or measured.
    parents
        Digests of the modules that it was made from.
    performance
        What was measured, if anything.
    facts
        Whatever else a reader should know (cuts, clusters, answers that could not be read).
    leaks
        Training tasks whose id or truth stands verbatim in the new modules.
    """

    id: str
    scope: str
    kind: str
    modules: str | None = None
    parents: list[str] = []
    performance: Score | None = None
    facts: dict[str, Any] = {}
    leaks: list[str] = []


class Lineage(Strict):
    """`lineage.json`: how the agent's modules came about. `final` is the digest of the modules that were tested."""

    schema_version: int = SCHEMA_VERSION
    final: str
    events: list[LineageEvent]
