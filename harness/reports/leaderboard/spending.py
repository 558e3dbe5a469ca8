"""What a run took: tokens by role, asked and paid, money and seconds. The measures of equal-budget views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.records.reading.run import Run
from harness.records.schema import UsageRow

MEASURES = {
    "optimizer_calls": "optimizer calls",
    "tokens": "tokens of the training",
    "usd": "money of the training, $",
    "seconds": "model latency on the critical path of the training, s",
}
"""What `--by` takes, and what it means."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Means over the runs of a row.

    Attributes
    ----------
    tokens
        Asked tokens of the training (prompt and completion), by role.
    paid
        Tokens that were paid for, the final test included, by role; less than asked where answers were in a store
        or journal.
    test_tokens
        Asked tokens of the final test.
    usd, usd_paid
        Money of the training; of all that was paid for. None: unknown price.
    wall, critical_path
        Seconds here; seconds of model latency along the longest chain of calls that wait for each other.
    broken
        Rollouts that infrastructure broke and that were tried again, over all runs.
    calls, estimated
        Calls of training and test over all runs; those whose tokens the provider did not report.
    """

    tokens: dict[str, float]
    paid: dict[str, float]
    prompt_tokens: float
    test_tokens: float
    usd: float | None
    usd_paid: float | None
    wall: float
    critical_path: float
    optimizer_calls: float
    merge_calls: float
    broken: int
    calls: int = 0
    estimated: int = 0

    @property
    def training_tokens(self) -> float:
        """Asked tokens of the training, all roles."""
        return sum(self.tokens.values())

    @property
    def paid_tokens(self) -> float:
        """Tokens that were paid for, all roles."""
        return sum(self.paid.values())

    def of(self, measure: str) -> float | None:
        """Return one of `MEASURES`; None where a price is unknown."""
        values = {
            "optimizer_calls": self.optimizer_calls,
            "tokens": self.training_tokens,
            "usd": self.usd,
            "seconds": self.critical_path,
        }
        return values[measure]


def spending(runs: Sequence[Run]) -> Spending:
    """Return what runs took on average."""
    training: dict[str, list[UsageRow]] = {}
    paid: dict[str, list[UsageRow]] = {}
    test: list[UsageRow] = []
    for run in runs:
        for phase, roles in run.scored.usage.items():
            for role, row in roles.items():
                if phase == "test":
                    test.append(row)
                else:
                    training.setdefault(role, []).append(row)
        for session in run.record.sessions:
            for role, row in session.paid.items():
                paid.setdefault(role, []).append(row)
    n = len(runs)
    every = [row for rows in training.values() for row in rows]
    sessions = [session for run in runs for session in run.record.sessions]
    return Spending(
        tokens={role: _tokens(rows) / n for role, rows in training.items()},
        paid={role: _tokens(rows) / n for role, rows in paid.items()},
        prompt_tokens=sum(row.prompt for row in every) / n,
        test_tokens=_tokens(test) / n,
        usd=_sum([row.usd for row in every], n),
        usd_paid=_sum([session.usd_paid for session in sessions], n),
        wall=sum(run.scored.seconds.wall for run in runs) / n,
        critical_path=sum(run.scored.seconds.critical_path for run in runs) / n,
        optimizer_calls=sum(run.scored.optimizer_calls for run in runs) / n,
        merge_calls=sum(run.scored.merge_calls for run in runs) / n,
        broken=sum(session.broken for session in sessions),
        calls=sum(row.calls for row in (*every, *test)),
        estimated=sum(row.estimated for row in (*every, *test)),
    )


def vanilla_spending(runs: Sequence[Run]) -> Spending:
    """Return what the test of the vanilla agent took in runs of other methods."""
    test = [row for run in runs for roles in run.scored.usage_vanilla.values() for row in roles.values()]
    calls, estimated = sum(row.calls for row in test), sum(row.estimated for row in test)
    return Spending(
        {},
        {},
        prompt_tokens=0.0,
        test_tokens=_tokens(test) / len(runs),
        usd=0.0,
        usd_paid=0.0,
        wall=0.0,
        critical_path=0.0,
        optimizer_calls=0.0,
        merge_calls=0.0,
        broken=0,
        calls=calls,
        estimated=estimated,
    )


def _tokens(rows: Iterable[UsageRow]) -> float:
    return float(sum(row.prompt + row.completion for row in rows))


def _sum(values: Sequence[float | None], n: int) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / n if len(known) == len(values) else None
