"""A run's result as a person reads it in the terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from harness.cli.groups import cell, tables
from harness.cli.output import console
from harness.records.folder import RunFolder
from harness.records.schema import ResultRecord, UsageTable, total
from harness.records.scores import is_saturated
from harness.run.progress.units import tokens

COLUMNS = {"vanilla": "vanilla (test)", "train": "train", "backtest": "backtest", "test": "test"}
"""Scores of the table: train is the last exploration of each scope, backtest the last backtest of all."""


def print_result(result: ResultRecord, folder: RunFolder) -> None:
    """Print scores by category, usage, the learned module and where the record lies."""
    out = console()
    out.print(score_table(result))
    for part in tables(folder):
        out.print(part, highlight=False)
    for line in warnings(result):
        out.print(Text(line, style="yellow"))
    out.print(usage_line(result), highlight=False)
    out.print(
        f"{result.optimizer_calls} optimizer calls, {result.merge_calls} merge calls; "
        f"{result.seconds.wall:.1f} s here, {result.seconds.critical_path:.0f} s of model latency on the critical path "
        f"of the training",
        highlight=False,
    )
    out.print(f"learned module: {folder.path / 'module.txt'}", highlight=False, soft_wrap=True)
    out.print(f"record: {folder.path}   (harness show {result.run_id})", highlight=False, soft_wrap=True)


def score_table(result: ResultRecord) -> Table:
    """Return the scores by category, in percent with the number of rollouts."""
    shown = {name: title for name, title in COLUMNS.items() if name in result.score}
    table = Table(title=f"{result.method} on {result.env}: success in % (rollouts)", title_justify="left")
    table.add_column("category")
    for title in shown.values():
        table.add_column(title, justify="right")
    categories = dict.fromkeys(name for score in result.score.values() for name in score.by_category)
    for category in categories:
        table.add_row(category, *(cell(result.score[name].by_category.get(category)) for name in shown))
    table.add_section()
    table.add_row("all", *(cell(result.score[name]) for name in shown), style="bold")
    return table


def warnings(result: ResultRecord) -> list[str]:
    """Return what a reader of the numbers must know, a line each."""
    lines = []
    if result.simulated:
        lines.append("Simulated model: these numbers say nothing about real models and are never ranked with theirs.")
    if result.generated_data:
        lines.append("Generated data: these tasks are synthetic.")
    if is_saturated(result.score):
        before = result.score["before"]
        lines.append(
            f"{round(before.mean * before.n)} of {before.n} training tasks are solved before training: next to nothing "
            "is left to learn (`harness headroom` says whether it is so elsewhere)."
        )
    if result.truncated_steps:
        lines.append(f"* {result.truncated_steps} optimization steps saw truncated evidence.")
    if estimated := total(result.usage, result.usage_vanilla).estimated:
        lines.append(f"~ The provider did not report the tokens of {estimated} calls: they were counted here.")
    if result.unread_answers:
        lines.append(f"{result.unread_answers} answers of evaluator, optimizer or merger could not be read.")
    if result.without_model:
        lines.append("No model call in the test: the module is a controller, a program in place of an instruction.")
    if result.leaks:
        lines.append(f"{result.leaks} training truths or ids stand verbatim in learned modules (see lineage.json).")
    return lines


def usage_line(result: ResultRecord) -> str:
    """Return tokens and money of the training and of the test, in a line."""
    phases = result.usage
    training = {phase: roles for phase, roles in phases.items() if phase != "test"}
    test = {phase: roles for phase, roles in phases.items() if phase == "test"}
    return f"training: {took(training)}; test: {took(test)}"


def took(phases: UsageTable) -> str:
    """Return calls, tokens and money of some phases, as ``120 calls, 3.4 M prompt + 8.1 k completion tokens, $1.2``."""
    usage = total(phases)
    about = "~" if usage.estimated else ""
    money = "price unknown" if usage.usd is None else f"{about}${usage.usd:.2f}"
    read, written = tokens(usage.prompt), tokens(usage.completion)
    return f"{usage.calls:,} calls, {about}{read} prompt + {about}{written} completion tokens, {money}"
