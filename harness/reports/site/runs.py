"""One run for its page: configuration, scores, usage against the estimate, sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.errors import HarnessError
from harness.records.reading.checks import problem
from harness.records.reading.rules import rule_tables
from harness.records.reading.run import Run
from harness.records.schema import Score, UsageRow, UsageTable, total
from harness.reports.leaderboard.boards import split_of
from harness.reports.measures import means
from harness.reports.site.hiding import Hiding
from harness.reports.site.lineages import score_payload
from harness.reports.site.scripts import Payload, slug
from harness.run.tracking.report import safe_config

Pairs = list[list[str]]
"""Names and values, for a table of two columns."""


def run_payload(run: Run) -> Payload:
    """Return what the run page reads first."""
    record, hiding = run.record, Hiding(run.sensitive)
    shown: Payload = {
        **identity_payload(run),
        "sensitive": run.sensitive,
        "problem": shown_reason(problem(run), run.sensitive),
        "data_seed": record.data_seed,
        "settings": pairs(safe_config(record.config, run.sensitive)),
        "environment": pairs(record.environment.model_dump()),
        "prompts": pairs(_prompts(record.identity)),
        "versions": [["python", record.python], ["git", record.git_revision or "unknown"], *pairs(record.packages)],
        "splits": [[name, len(tasks)] for name, tasks in record.splits.items()],
        "tasks": [hiding.text(task) for task in run.test_tasks],
        "sessions": [
            [s.started, s.seconds, s.status, hiding.text(s.message), s.calls_paid, s.usd_paid, s.broken]
            for s in record.sessions
        ],
        "estimate": usage_payload(record.estimate.usage) if record.estimate else [],
    }
    if run.result is not None:
        result = run.result
        shown |= {
            "module": result.module,
            "scores": [[name, *score_payload(score)] for name, score in result.score.items()],
            "rules": _rules(run, hiding),
            "measures": _measures(run),
            "usage": usage_payload(result.usage),
            "usage_vanilla": usage_payload(result.usage_vanilla),
            "facts": [
                ["seconds here", result.seconds.wall],
                ["seconds on the critical path", result.seconds.critical_path],
                ["optimizer calls", result.optimizer_calls],
                ["merge calls", result.merge_calls],
                ["steps with truncated evidence", result.truncated_steps],
                ["answers that could not be read", result.unread_answers],
                ["calls that the provider refused", result.refused_calls],
                ["prompts that the server cut", result.cut_prompts],
                ["calls whose tokens are estimates", total(result.usage, result.usage_vanilla).estimated],
                ["training truths in modules", result.leaks],
            ],
        }
    return shown


def identity_payload(run: Run) -> Payload:
    """Return what says which run it is, and its scores."""
    scores = run.result.score if run.result else {}
    return {
        "id": run.id,
        "slug": run_slug(run),
        "env": run.env,
        "method": run.method,
        "backbone": run.backbone,
        "seed": run.seed,
        "status": run.record.status,
        "split": split_of(run)[:8] if run.test_tasks else "",
        "simulated": run.record.simulated,
        "mean": scores["test"].mean if "test" in scores else None,
        "vanilla": scores["vanilla"].mean if "vanilla" in scores else None,
    }


def _rules(run: Run, hiding: Hiding) -> list[Payload]:
    """Return tables by rule: titles of the columns, rows of texts, and the rules that merges lost."""
    try:
        found = rule_tables(run)
    except HarnessError:  # the page says what is wrong with the run
        return []
    return [
        {
            "note": table.note,
            "places": [one.place for one in table.measured],
            "rows": [
                [hiding.text(rule), [_mean_and_n(one.scores.get(rule)) for one in table.measured]]
                for rule in table.rules
            ],
            "lost": [
                [lost.place, lost.parent, hiding.text(lost.rule), lost.before, lost.after, lost.n]
                for lost in table.lost
            ],
        }
        for table in found
    ]


def _measures(run: Run) -> list[Payload]:
    """Return each measure of the final test with its mean and count by agent."""
    names = run.record.environment.measures
    try:
        found = means(run.folder.rows(run.folder.test), names) if names else {}
    except HarnessError:  # the page says what is wrong with the run
        return []
    return [
        {
            "name": name,
            "share": any(own[name].share for own in found.values()),
            "agents": [
                [agent, own[name].total / own[name].n, own[name].n] for agent, own in found.items() if own[name].n
            ],
        }
        for name in names
    ]


def _mean_and_n(score: Score | None) -> list[float] | None:
    return None if score is None else [score.mean, score.n]


def shown_reason(reason: str, sensitive: bool) -> str:
    """Return why a run stands in no ranking; of a sensitive environment without what a provider or a file said."""
    return reason.partition(":")[0] if sensitive else reason


def run_slug(run: Run) -> str:
    """Return the name of a run's folder in the site."""
    return slug(run.id)


def usage_payload(table: UsageTable) -> list[list[object]]:
    """Return usage as rows: phase, role, calls, prompt, cached, completion tokens, dollars, seconds."""
    return [[phase, role, *_usage(row)] for phase, roles in table.items() for role, row in roles.items()]


def pairs(value: Mapping[str, object]) -> Pairs:
    """Return a nested mapping as dotted names and texts."""
    return [list(pair) for pair in _flat("", value)]


def _usage(row: UsageRow) -> tuple[object, ...]:
    return row.calls, row.prompt, row.cached, row.completion, row.usd, row.seconds


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif value is None:
        yield name, "none"
    else:
        yield name, str(value)


def _prompts(identity: Mapping[str, object]) -> Mapping[str, object]:
    roles = identity.get("roles")
    prompts = roles.get("prompts") if isinstance(roles, Mapping) else None
    return prompts if isinstance(prompts, Mapping) else {}
