"""The columns of `frames.runs`, each with what it holds; and a run as such a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from harness.records.schema import total

if TYPE_CHECKING:
    from harness.records.reading.run import Run

COLUMNS: Mapping[str, str] = {
    "run_id": "the run's id",
    "env": "the environment's name",
    "method": "the method's name",
    "backbone": "the label of the models",
    "seed": "the seed of sampling",
    "data_seed": "the seed that chooses the tasks",
    "status": "running, incomplete, failed or finished",
    "simulated": "whether a simulated model answered",
    "test": "mean score of the trained agent on the test tasks, in [0, 1]",
    "vanilla": "the same of the untrained agent",
    "train": "mean score of the last exploration of each scope",
    "backtest": "mean score of the last backtest",
    "before": "mean score of the untrained agent on training tasks",
    "test_tasks": "number of test tasks",
    "tokens_training": "prompt and completion tokens of the training, however they were paid",
    "tokens_test": "the same of the trained agent's test",
    "tokens_vanilla": "the same of the vanilla agent's test",
    "usd_training": "US dollars of the training, however they were paid; missing where a price is unknown",
    "usd_test": "the same of the trained agent's test",
    "usd_vanilla": "the same of the vanilla agent's test",
    "usd_paid": "US dollars that this run's own processes paid: what other runs had answered already is free",
    "calls_paid": "model calls that this run's own processes paid",
    "seconds_wall": "seconds on the clock of the machine",
    "seconds_critical_path": "seconds of model latency along the longest chain of calls of the training",
    "optimizer_calls": "number of optimizer calls",
    "merge_calls": "number of merge calls",
    "truncated_steps": "optimization steps that saw cut evidence",
    "unread_answers": "answers of evaluator, optimizer or merger that could not be read",
    "refused_calls": "calls that the provider refused",
    "leaks": "training truths or ids that stand verbatim in learned modules",
    "budget_match": "what methods are compared at the same amount of",
    "budget_amount": "how much of it; missing where `budget_match` needs no amount",
    "budget_usd": "the limit of the run in US dollars; missing where there is none",
    "budget_tokens": "the limit of the run in tokens; missing where there is none",
    "budget_minutes": "the limit of the run in minutes; missing where there is none",
}
"""Name and meaning. Settings of method and environment follow as columns ``method.NAME`` and ``env.NAME``."""

BUDGET = ("match", "amount", "usd", "tokens", "minutes")
GROUPS = ("method", "env")


def run_row(run: Run) -> dict[str, Any]:
    """Return a run as a row; what a run that has not ended does not know is None."""
    record, result = run.record, run.result
    row = dict.fromkeys(COLUMNS) | {name: getattr(record, name) for name in ("run_id", "env", "method", "backbone")}
    row |= {name: getattr(record, name) for name in ("seed", "data_seed", "status", "simulated")}
    paid = [session.usd_paid for session in record.sessions]
    row["usd_paid"] = None if None in paid else sum(usd for usd in paid if usd is not None)
    row["calls_paid"] = sum(session.calls_paid for session in record.sessions)
    budget = record.config.get("budget")
    if isinstance(budget, Mapping):
        row |= {f"budget_{name}": budget.get(name) for name in BUDGET}
    if result is not None:
        row |= {name: score.mean for name, score in result.score.items()}
        row |= {name: getattr(result, name) for name in ("optimizer_calls", "merge_calls", "truncated_steps")}
        row |= {name: getattr(result, name) for name in ("unread_answers", "refused_calls", "leaks")}
        training = {phase: roles for phase, roles in result.usage.items() if phase != "test"}
        test = {phase: roles for phase, roles in result.usage.items() if phase == "test"}
        for name, table in (("training", training), ("test", test), ("vanilla", result.usage_vanilla)):
            usage = total(table)
            row |= {f"tokens_{name}": usage.prompt + usage.completion, f"usd_{name}": usage.usd}
        row |= {"test_tasks": len(run.test_tasks), "seconds_wall": result.seconds.wall}
        row |= {"seconds_critical_path": result.seconds.critical_path}
    return row | {name: value for group in GROUPS for name, value in _flat(group, record.config.get(group))}


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield settings by dotted names; lists as text, so that a column holds values of one kind."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list):
        yield name, str(value)
    elif "." in name:
        yield name, value
