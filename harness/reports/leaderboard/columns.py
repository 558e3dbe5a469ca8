"""The columns of a leaderboard: plain values for files and programs, short texts for people."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.domain import Role
from harness.reports.leaderboard.boards import Apart, Board
from harness.reports.leaderboard.matched import used_of_amount
from harness.reports.leaderboard.published import PublishedRow, published
from harness.reports.leaderboard.rows import Row

COSTS = (
    "what it took, mean over runs: tokens asked of each role in training, in all of it, in the test; tokens paid; "
    "money of the training, money paid; seconds here and of model latency on the critical path"
)
"""Title of the table of costs."""

Value = str | int | float | bool | None
Record = dict[str, Value]


def records(board: Board) -> list[Record]:
    """Return a board as flat records: one a row, with every known value. Scores are shares in [0, 1]."""
    return [_record(board, row) for row in board.rows]


def _record(board: Board, row: Row) -> Record:
    spent = row.spent
    return {
        "env": board.env,
        "backbone": board.backbone,
        "simulated": board.simulated,
        "generated_data": board.generated,
        "environment_version": board.versions.environment,
        "scorer_version": board.versions.scorer,
        "prompts": board.versions.prompts[:12],
        "published": False,
        "rank": row.rank,
        "method": row.method,
        "setting": row.label,
        "seeds": " ".join(map(str, row.seeds)),
        "runs": len(row.runs),
        "tasks": board.tasks,
        "mean": row.mean,
        "standard_error": row.error,
        "low": row.interval.low,
        "high": row.interval.high,
        "best_run": row.best,
        f"pass_at_{board.k}": row.pass_at_k,
        **{f"category:{name}": row.by_category.get(name) for name in board.categories},
        **{f"tokens:{role}": spent.tokens.get(role, 0.0) for role in Role},
        **{f"tokens_paid:{role}": spent.paid.get(role, 0.0) for role in Role},
        "training_tokens": spent.training_tokens,
        "training_prompt_tokens": spent.prompt_tokens,
        "test_tokens": spent.test_tokens,
        "tokens_paid": spent.paid_tokens,
        "usd": spent.usd,
        "usd_paid": spent.usd_paid,
        "seconds_wall": spent.wall,
        "seconds_critical_path": spent.critical_path,
        "optimizer_calls": spent.optimizer_calls,
        "merge_calls": spent.merge_calls,
        "infrastructure_errors": spent.broken,
        "estimated_calls": spent.estimated,
        "truncated_steps": row.truncated,
        "unread_answers": row.unread,
        "leaks": row.leaks,
        "saturated": row.saturated,
        "frontier": row.frontier,
        "run_ids": " ".join(run.id for run in row.runs),
    }


def published_record(row: PublishedRow) -> Record:
    """Return a published row as a record with the columns that it has."""
    return {
        "env": row.env,
        "backbone": "paper",
        "simulated": False,
        "generated_data": False,
        "published": True,
        "source": row.source,
        "method": row.method,
        "setting": row.variant,
        "runs": 3,
        "mean": row.mean / 100,
        "best_run": None if row.best is None else row.best / 100,
        **{f"category:{name}": value / 100 for name, value in row.by_category.items()},
        "truncated_steps": int(row.starred),
    }


def apart_record(run: Apart) -> Record:
    """Return a run that stands apart as a record."""
    return {
        "run": run.run_id,
        "env": run.env,
        "method": run.method,
        "backbone": run.backbone,
        "seed": run.seed,
        "reason": run.reason,
    }


def score_texts(board: Board) -> tuple[list[str], list[list[str]]]:
    """Return the titles and cells of the table of scores, in percent."""
    titles = ["rank", "method", "seeds", "mean", "95 % interval", "best run", f"pass@{board.k}", *board.categories]
    return titles, [_scores(board, row) for row in board.rows]


def _scores(board: Board, row: Row) -> list[str]:
    star = "*" if row.starred else ""
    return [
        str(row.rank),
        row.name + (" †" if row.frontier else "") + (" ‡" if row.saturated else ""),
        str(len(row.runs)),
        f"{percent(row.mean)}{star}",
        f"{percent(row.interval.low)} to {percent(row.interval.high)}",
        percent(row.best),
        percent(row.pass_at_k),
        *(percent(row.by_category.get(name)) for name in board.categories),
    ]


def cost_texts(board: Board) -> tuple[list[str], list[list[str]]]:
    """Return the titles and cells of the table of what the rows took, means over runs; `COSTS` explains the titles."""
    roles = [role for role in Role if any(role in row.spent.tokens for row in board.rows)]
    titles = ["method", *roles, "training", "test", "paid", "$", "$ paid", "wall s", "path s"]
    titles += ["steps", "merges", "infra errors"]
    costs = [_costs(row, roles) for row in board.rows]
    # The untouched agent that other runs tested used nothing of their amounts.
    budgets = [used_of_amount(row.runs) if row.agent == "trained" else "" for row in board.rows]
    if any(budgets):
        titles, costs = [*titles, "budget"], [[*cells, used] for cells, used in zip(costs, budgets, strict=True)]
    return titles, costs


def _costs(row: Row, roles: Sequence[Role]) -> list[str]:
    spent = row.spent
    about = "~" if spent.estimated else ""
    tokens = [spent.tokens.get(role, 0.0) for role in roles]
    tokens += [spent.training_tokens, spent.test_tokens, spent.paid_tokens]
    return [
        row.name,
        *(about + count(number) if number else count(number) for number in tokens),
        *(about + money(usd) if usd else money(usd) for usd in (spent.usd, spent.usd_paid)),
        f"{spent.wall:.1f}",
        f"{spent.critical_path:.0f}",
        f"{spent.optimizer_calls:.3g}",
        f"{spent.merge_calls:.3g}",
        str(spent.broken),
    ]


def published_texts(env: str) -> tuple[list[str], list[list[str]]]:
    """Return the titles and cells of what the paper published for an environment (Table 1); no cells for none."""
    rows = published(1, env)
    categories = list(dict.fromkeys(name for row in rows for name in row.by_category))
    titles = ["method (published)", "mean", *categories]
    return titles, [
        [row.method, f"{row.mean:.1f}{'*' if row.starred else ''}"]
        + [f"{row.by_category[name]:.1f}" if name in row.by_category else "" for name in categories]
        for row in rows
    ]


def percent(share: float | None) -> str:
    """Return a share as percent: ``54.2``; "" for none."""
    return "" if share is None else f"{100 * share:.1f}"


def count(number: float) -> str:
    """Return a number of tokens for a person: ``812``, ``3.4 k``, ``1.2 M``."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f}"


def money(usd: float | None) -> str:
    """Return dollars; ``?`` where a price is unknown."""
    return "?" if usd is None else f"{usd:.2f}"
