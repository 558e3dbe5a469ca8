"""``run.json``: what was run, on what, with what, and by which processes."""

from __future__ import annotations

from typing import Self

from harness.core.environment import Description
from harness.records.bounds import Amount, Count, Date, Digest, Duration, Name, Plain, RunId, Seed
from harness.records.schema.strict import SCHEMA_VERSION, Status, Strict
from harness.records.schema.usage import UsageRow, UsageTable


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
