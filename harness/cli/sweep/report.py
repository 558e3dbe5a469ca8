"""What a sweep ends with: its jobs, and where there are several seeds a row for each setting."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.table import Table

from harness.cli.groups import cell
from harness.cli.output import console
from harness.cli.sweep.job import JobRow
from harness.records.schema import ResultRecord
from harness.run.progress.units import tokens


def print_sweep(rows: Sequence[JobRow], missing: str = "the same command runs only those") -> int:
    """Print the tables and return the exit code: 1 if a job has no result.

    Parameters
    ----------
    missing
        What to do about jobs without a result.
    """
    out = console()
    out.print()
    out.print(job_table(rows))
    if len(settings(rows)) < len(rows):
        out.print(setting_table(rows))
    if any(row.record and row.record.simulated for row in rows):
        out.print("Simulated model: these numbers say nothing about real models.", style="yellow")
    without = [row for row in rows if row.record is None]
    if without:
        out.print(f"{len(without)} of {len(rows)} jobs have no result; {missing}.")
    return 1 if without else 0


def job_table(rows: Sequence[JobRow]) -> Table:
    """Return a row for each job: run id, status, score, error."""
    table = Table(title="jobs", title_justify="left")
    for title in ("job", "seed", "run", "status", "test % (n)", "error"):
        table.add_column(title, justify="right" if title in ("seed", "test % (n)") else "left", overflow="fold")
    for row in rows:
        score = cell(row.record.score["test"]) if row.record else ""
        star = "*" if row.record and row.record.truncated_steps else ""
        seed = "" if row.seed is None else str(row.seed)
        table.add_row(row.label or "-", seed, row.run_id, row.status, score + star, row.error)
    return table


def setting_table(rows: Sequence[JobRow]) -> Table:
    """Return a row for each setting: its seeds together, as the paper's tables have them."""
    table = Table(title="over seeds (means; tokens and seconds of the training)", title_justify="left")
    titles = ("setting", "runs", "test %", "s.e.", "best", "train %", "steps", "merges", "prompt", "completion")
    for title in (*titles, "path s"):
        table.add_column(title, justify="left" if title == "setting" else "right")
    for name, records in settings(rows).items():
        if records:
            table.add_row(name or "-", *_figures(records))
    return table


def settings(rows: Sequence[JobRow]) -> dict[str, list[ResultRecord]]:
    """Return the results of each setting, in the order of the jobs."""
    groups: dict[str, list[ResultRecord]] = {}
    for row in rows:
        group = groups.setdefault(row.label, [])
        if row.record:
            group.append(row.record)
    return groups


def _figures(records: Sequence[ResultRecord]) -> list[str]:
    scores = [100 * record.score["test"].mean for record in records]
    train = [100 * record.score["train"].mean for record in records if "train" in record.score]
    usage = [
        [row for phase, roles in record.usage.items() if phase != "test" for row in roles.values()]
        for record in records
    ]
    star = "*" if any(record.truncated_steps for record in records) else ""
    about = "~" if any(row.estimated for rows in usage for row in rows) else ""
    return [
        str(len(records)),
        f"{_mean(scores):.1f}{star}",
        f"{_standard_error(scores):.1f}" if len(scores) > 1 else "",
        f"{max(scores):.1f}",
        f"{_mean(train):.1f}" if train else "",
        f"{_mean([record.optimizer_calls for record in records]):.0f}",
        f"{_mean([record.merge_calls for record in records]):.1f}",
        about + tokens(round(_mean([sum(row.prompt for row in rows) for rows in usage]))),
        about + tokens(round(_mean([sum(row.completion for row in rows) for rows in usage]))),
        f"{_mean([record.seconds.critical_path for record in records]):.0f}",
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _standard_error(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
