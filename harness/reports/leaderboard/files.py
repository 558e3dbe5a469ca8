"""Leaderboards as CSV, JSON, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from harness.core.printable import json_printable, printable
from harness.reports.escaping import csv_cell, markdown, tex
from harness.reports.leaderboard.boards import Leaderboards
from harness.reports.leaderboard.columns import (
    COSTS,
    apart_record,
    cost_texts,
    published_record,
    published_texts,
    records,
    score_texts,
)
from harness.reports.leaderboard.published import PAPER, published
from harness.reports.leaderboard.terminal import notes, title


def as_csv(found: Leaderboards) -> str:
    """Return every row, published ones included and marked, as one CSV."""
    rows = [record for board in found.boards for record in records(board)]
    rows += [published_record(row) for board in found.boards for row in published(1, board.env)]
    columns = list(dict.fromkeys(name for record in rows for name in record))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writerow({name: csv_cell(name) for name in columns})
    writer.writerows({name: csv_cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def as_json(found: Leaderboards) -> str:
    """Return boards with rows and comparisons, published rows and the runs that stand apart."""
    boards = [
        {
            "env": board.env,
            "backbone": board.backbone,
            "simulated": board.simulated,
            "generated_data": board.generated,
            "test_tasks": board.tasks,
            "versions": asdict(board.versions),
            "split": board.split,
            "rows": records(board),
            "comparisons": [
                {
                    "a": board.rows[i].name,
                    "b": board.rows[j].name,
                    "difference": comparison.difference,
                    "low": comparison.interval.low,
                    "high": comparison.interval.high,
                    "p_value": comparison.p_value,
                    "p_holm": board.ranking.adjusted[i, j],
                    "smallest_detectable": comparison.detectable,
                    "warning": comparison.warning,
                }
                for (i, j), comparison in board.ranking.comparisons.items()
            ],
            "published": [published_record(row) for row in published(1, board.env)],
        }
        for board in found.boards
    ]
    whole = {"boards": boards, "apart": [apart_record(run) for run in found.apart]}
    return json_printable(json.dumps(whole, indent=2, ensure_ascii=False)) + "\n"


def as_markdown(found: Leaderboards) -> str:
    """Return the tables as Markdown."""
    return _document(
        found, lambda text: f"## {markdown(text)}", tabulate=markdown_table, note=lambda text: f"> {markdown(text)}"
    )


def as_latex(found: Leaderboards) -> str:
    """Return the tables as LaTeX (booktabs)."""
    return _document(
        found, lambda text: f"% {printable(text)}", tabulate=latex_table, note=lambda text: f"% {printable(text)}"
    )


Tabulate = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def _document(
    found: Leaderboards, heading: Callable[[str], str], *, tabulate: Tabulate, note: Callable[[str], str]
) -> str:
    parts: list[str] = []
    for board in found.boards:
        parts += [heading(title(board)), tabulate(*score_texts(board))]
        parts += [note(line.plain) for line in notes(board)]
        parts += [heading(COSTS), tabulate(*cost_texts(board))]
        names, cells = published_texts(board.env)
        if cells:
            parts += [heading(f"Published, not measured here: {PAPER}, Table 1"), tabulate(names, cells)]
    if found.apart:
        cells = [[run.run_id, run.env, run.method, run.backbone, run.reason] for run in found.apart]
        parts += [heading("Apart, in no ranking"), tabulate(["run", "env", "method", "backbone", "reason"], cells)]
    return "\n\n".join(parts) + "\n"


def markdown_table(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table of texts as Markdown."""

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(markdown(text) for text in row) + " |"

    return "\n".join([line(titles), line(["---"] * len(titles)), *map(line, cells)])


def latex_table(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table of texts as LaTeX (booktabs)."""

    def lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
        for row in rows:
            yield " & ".join(tex(text) for text in row) + r" \\"

    columns = "l" * len(titles)
    body = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *lines([titles]), r"\midrule", *lines(cells)]
    return "\n".join([*body, r"\bottomrule", r"\end{tabular}"])
