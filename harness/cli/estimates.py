"""Estimates as a person reads them, beside what a finished run took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from harness.core.domain import Usage
from harness.llm.identity import digest_of
from harness.records.schema import EstimateRecord, ResultRecord, UsageRow, UsageTable, total
from harness.run.config.settings import Settings
from harness.run.estimate.estimating import estimate
from harness.run.plan import Plan, plan
from harness.run.progress.units import tokens


@dataclass(frozen=True)
class Estimated:
    """A run, what it is expected to take (of a finished one: what it was), and what it took if it is finished."""

    label: str
    seed: int
    run_id: str
    expected: EstimateRecord
    result: ResultRecord | None

    @staticmethod
    def of(settings: Settings, label: str) -> Estimated:
        """Estimate the run of these settings."""
        ready = plan(settings, keys=False)
        result, record = ready.folder.read_result(), ready.folder.read_run()
        expected = record.estimate if result and record else None
        if expected is None:
            expected = estimate(ready, _tests(ready))
        return Estimated(label, settings.seed, run_id=ready.run_id, expected=expected, result=result)


_COUNTED: dict[str, int] = {}
"""How many test tasks there are; the jobs of an experiment share them."""


def _tests(ready: Plan) -> int:
    about = ready.description
    key = digest_of([about.name, about.version, about.data_checksum, ready.settings.env, ready.settings.data_seed])
    if key not in _COUNTED:
        _COUNTED[key] = len(ready.environment.tasks("test"))
    return _COUNTED[key]


def of_one(row: Estimated) -> list[Table | str]:
    """Return calls, tokens, money and seconds by phase and role; of a finished run beside the actual ones."""
    result = row.result
    table = Table(
        title=f"run {row.run_id}" + (": estimated / actual" if result else ": estimate"), title_justify="left"
    )
    table.add_column("phase")
    table.add_column("role")
    for title in ("calls", "prompt", "completion", "usd", "seconds"):
        table.add_column(title, justify="right")
    tables: list[tuple[UsageTable, UsageTable | None, str]]
    tables = [(row.expected.usage, result.usage if result else None, "")]
    tables.append((row.expected.usage_vanilla, result.usage_vanilla if result else None, " (vanilla)"))
    for expected, actual, note in tables:
        for phase, role in _keys(expected, actual):
            pair = [(usage or {}).get(phase, {}).get(role) for usage in (expected, actual)]
            table.add_row(phase + note, role, *_cells(pair[0], pair[1], both=bool(result)))
    table.add_section()
    everything = [total(*(expected for expected, _, _ in tables)), total(*(actual or {} for _, actual, _ in tables))]
    table.add_row("all", "", *_cells(everything[0], everything[1], both=bool(result)), style="bold")
    whole = row.expected
    calls = _pair(whole.optimizer_calls, result.optimizer_calls if result else None)
    merges = _pair(whole.merge_calls, result.merge_calls if result else None)
    path = _pair(round(whole.critical_path), round(result.seconds.critical_path) if result else None)
    return [
        table,
        f"optimizer calls {calls}, merge calls {merges}, critical path of the training {path} s of model latency",
        whole.basis,
    ]


def of_several(rows: Sequence[Estimated]) -> list[Table | str]:
    """Return a row for each run, and the sum of those that are not finished."""
    table = Table(title="estimate", title_justify="left")
    for title in ("job", "seed", "run", "calls", "prompt", "completion", "usd", "path s", "optimizer", "merges", ""):
        table.add_column(title, justify="left" if title in ("job", "run", "") else "right")
    for row in rows:
        usage = total(row.expected.usage, row.expected.usage_vanilla)
        table.add_row(
            row.label or "-",
            str(row.seed),
            row.run_id,
            *_cells(usage, None, both=False)[:4],
            f"{row.expected.critical_path:.0f}",
            str(row.expected.optimizer_calls),
            str(row.expected.merge_calls),
            "finished" if row.result else "",
        )
    left = [row for row in rows if not row.result]
    usage = total(*(table for row in left for table in (row.expected.usage, row.expected.usage_vanilla)))
    table.add_section()
    path = sum(row.expected.critical_path for row in left)
    table.add_row(f"{len(left)} to run", "", "", *_cells(usage, None, both=False)[:4], f"{path:.0f}", style="bold")
    return [table, *dict.fromkeys(row.expected.basis for row in rows)]


def _keys(expected: UsageTable, actual: UsageTable | None) -> list[tuple[str, str]]:
    return list(
        dict.fromkeys(
            (phase, role) for usage in (expected, actual or {}) for phase, roles in usage.items() for role in roles
        )
    )


def _cells(expected: UsageRow | Usage | None, actual: UsageRow | Usage | None, *, both: bool) -> list[str]:
    columns = []
    for row in (expected, actual):
        if row is None:
            columns.append(["-"] * 5)
        else:
            money = "unknown" if row.usd is None else f"{row.usd:.2f}"
            columns.append([f"{row.calls:,}", tokens(row.prompt), tokens(row.completion), money, f"{row.seconds:.0f}"])
    return [f"{one} / {other}" for one, other in zip(*columns, strict=True)] if both else columns[0]


def _pair(expected: int, actual: int | None) -> str:
    return f"{expected}" if actual is None else f"{expected} / {actual}"
