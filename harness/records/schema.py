"""The record's schema, versioned: pydantic models that write the files and read them back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.domain import Usage
from harness.core.environment import Description
from harness.records.bounds import (
    Amount,
    Count,
    Date,
    Digest,
    Duration,
    Name,
    Plain,
    RunId,
    Seed,
    Share,
    Trial,
    Whole,
)

SCHEMA_VERSION = 2
"""Raised when a file of the record changes its form; `harness.records.versions` reads the last one as well."""

Status = Literal["running", "incomplete", "failed", "finished"]
ScoreName = Literal["test", "vanilla", "train", "backtest", "before"]


class Strict(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class UsageRow(Strict):
    """`harness.core.domain.Usage` as the record holds it, field by field."""

    calls: Count = 0
    prompt: Count = 0
    cached: Count = 0
    completion: Count = 0
    reasoning: Count = 0
    usd: Amount | None = 0.0
    seconds: Amount = 0.0

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Return usage as the record holds it, rounded where summing in another order would show."""
        usd = None if usage.usd is None else round(usage.usd, 12)
        return cls(**{**asdict(usage), "seconds": round(usage.seconds, 6), "usd": usd})

    @property
    def usage(self) -> Usage:
        """The same as a value that can be summed."""
        return Usage(**dict(self))


UsageTable = dict[Name, dict[Name, UsageRow]]
"""Usage by phase and role."""


def total(*tables: UsageTable) -> Usage:
    """Return the usage of all phases and roles."""
    return Usage.total(row.usage for table in tables for roles in table.values() for row in roles.values())


class EstimateRecord(Strict):
    """What a run was expected to take before anything was spent.

    `usage` holds the training, and the test where the number of test tasks was known; `critical_path` is seconds of
    the training. `basis` says where tokens, money and seconds come from; calls come from the method's structure.
    """

    usage: UsageTable
    usage_vanilla: UsageTable = {}
    optimizer_calls: Count
    merge_calls: Count
    critical_path: Amount
    basis: str


class Session(Strict):
    """One process that worked on a run: when it began (UTC, ISO 8601), how long, and how it ended.

    `paid` is what it paid for, by role; `broken` counts rollouts that infrastructure broke (each was tried again).
    """

    started: Date
    seconds: Duration
    status: Status
    message: str = ""
    calls_paid: Count = 0
    usd_paid: Amount | None = 0.0
    paid: dict[Name, UsageRow] = {}
    broken: Count = 0


class Earlier(Strict):
    """What schema 1 of the record would have called a run: its id, and the digest of all but seed and baseline."""

    run_id: RunId
    variant: Digest


class EnvironmentRecord(Strict):
    """What the environment said of itself: `harness.core.environment.Description`, without its purpose."""

    name: Name
    version: Name
    scorer_version: Name
    data_checksum: Name
    generated: bool
    sensitive: bool
    groups: list[Name] = []
    measures: list[Name] = []

    @classmethod
    def of(cls, description: Description) -> Self:
        """Return a description as the record holds it."""
        groups, measures = list(description.groups), list(description.measures)
        same = {name: getattr(description, name) for name in cls.model_fields if name not in ("groups", "measures")}
        return cls(**same, groups=groups, measures=measures)


class RunRecord(Strict):
    """`run.json`: what was run, on what, with what.

    `config` holds registered names in place of module paths, and the address of a served model, which the run id leaves
    out; `earlier` is null where schema 1 could not have recorded the run.
    """

    schema_version: int = SCHEMA_VERSION
    run_id: RunId
    earlier: Earlier | None = None
    env: Name
    method: Name
    backbone: Name
    status: Status
    simulated: bool
    seed: Seed
    data_seed: Seed
    config: Plain
    identity: Plain
    environment: EnvironmentRecord
    splits: dict[Name, list[Name]]
    git_revision: Name | None
    packages: dict[Name, Name]
    python: Name
    sessions: list[Session] = []
    estimate: EstimateRecord | None = None


class Score(Strict):
    """Mean score in [0, 1] over `n` rollouts, with the same by category (whose scores have no categories)."""

    mean: Share
    n: Count
    by_category: dict[Name, Score] = {}

    @model_validator(mode="after")
    def _flat(self) -> Self:
        if any(part.by_category for part in self.by_category.values()):
            raise ValueError("the score of a category has categories")
        return self

    @classmethod
    def of(cls, category: str, score: float) -> Self:
        """Return the score of one rollout."""
        return cls(mean=score, n=1, by_category={category: Score(mean=score, n=1)})

    @classmethod
    def pool(cls, scores: Iterable[Score]) -> Self:
        """Return the score over the rollouts of all; ``n`` is 0 for none. Categories keep their first order."""
        means, counts = 0.0, 0
        parts: dict[str, list[Score]] = {}
        for score in scores:
            means += score.mean * score.n
            counts += score.n
            for name, part in score.by_category.items():
                parts.setdefault(name, []).append(part)
        by_category = {name: Score.pool(part) for name, part in parts.items()}
        kept = {name: part for name, part in by_category.items() if part.n}
        return cls(mean=means / counts if counts else 0.0, n=counts, by_category=kept)


class Seconds(Strict):
    """How long: on the clock of this machine, and along the longest chain of model calls that wait for each other."""

    wall: Amount
    critical_path: Amount


class ResultRecord(Strict):
    """`result.json`: the scores and what they took.

    `score` holds `test`, `vanilla` (where the vanilla agent was tested as well), `before` (the exploration of the
    initial modules, first of each scope), `train` (last exploration of each scope) and `backtest` (the last one), as
    far as there are any. `usage` is what the method and the test of its agent took, `usage_vanilla` what testing the
    vanilla agent took. `refused_calls` counts calls that the provider refused (each is an empty answer), `cut_prompts`
    prompts that a server cut without a word.
    """

    schema_version: int = SCHEMA_VERSION
    run_id: RunId
    env: Name
    method: Name
    backbone: Name
    seed: Seed
    simulated: bool
    generated_data: bool
    status: Status
    score: dict[ScoreName, Score]
    usage: UsageTable
    usage_vanilla: UsageTable
    seconds: Seconds
    optimizer_calls: Count
    merge_calls: Count
    module: Digest
    truncated_steps: Count
    tool_trials: Count = 0
    unread_answers: Count
    leaks: Count
    refused_calls: Count = 0
    cut_prompts: Count = 0

    @property
    def without_model(self) -> bool:
        """Whether the trained agent played the test without one call of a model: its module is a controller."""
        played = "test" in self.score and self.score["test"].n > 0
        return played and not any(row.calls for row in self.usage.get("test", {}).values())


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

    id: Name
    scope: Name
    kind: Name
    modules: Digest | None = None
    parents: list[Digest] = []
    performance: Score | None = None
    facts: Plain = {}
    leaks: list[Name] = []


class Lineage(Strict):
    """`lineage.json`: how the agent's modules came about. `final` is the digest of the modules that were tested."""

    schema_version: int = SCHEMA_VERSION
    final: Digest
    events: list[LineageEvent]


class ToolPart(Strict):
    """A tool of a toolbox, as `harness.core.domain.Tool`."""

    name: Name
    description: str
    parameters: Plain
    source: str


class InstructionPart(Strict):
    """An instruction, as `harness.core.domain.Instruction`."""

    kind: Literal["instruction"]
    text: str


class ToolboxPart(Strict):
    """A toolbox, as `harness.core.domain.Toolbox`."""

    kind: Literal["toolbox"]
    tools: list[ToolPart]
    library: str = ""


class ModulesFile(Strict):
    """A file of ``modules/``: the modules of a digest, and which of them are trainable."""

    trainable: list[Name]
    parts: dict[Name, Annotated[InstructionPart | ToolboxPart, Field(discriminator="kind")]]
