"""The tables and figures as files of a folder, with an index that says what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from harness.records.files import told, write_atomically
from harness.reports.escaping import csv_cell, markdown
from harness.reports.leaderboard.files import latex_table, markdown_table
from harness.reports.paper.cells import grouped
from harness.reports.paper.figures import Figure
from harness.reports.paper.tables import PaperTable

STATISTICS = "Figure 8 (statistics of LogisticsQA): `harness data logisticsqa --plots` draws it from the data itself."


def write(tables: Sequence[PaperTable], figures: Sequence[Figure], *, folder: Path, note: str) -> list[Path]:
    """Write everything; return the paths, the index first."""
    with told():
        folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    index = ["# The paper's tables and figures", markdown(note)]
    for table in tables:
        paths += _table(table, folder)
        index += [
            f"## Table {table.number}: {table.title}",
            "Measured here:",
            markdown_table(table.columns, table.measured),
        ]
        index += ["Published, not measured here:", markdown_table(table.columns, table.published), _gaps(table.missing)]
    for figure in figures:
        index.append(f"## Figure {figure.number}: {figure.title}")
        if len(figure.data):
            from harness.reports.paper.charts import save

            paths += save(figure, folder, note=note)
            index.append(f"![Figure {figure.number}](figure{figure.number}.svg)")
        index.append(_gaps(figure.missing))
    index.append(STATISTICS)
    path = folder / "README.md"
    write_atomically(path, "\n\n".join(part for part in index if part) + "\n")
    return [path, *paths]


def _table(table: PaperTable, folder: Path) -> list[Path]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows = [("measured", row) for row in table.measured] + [("published", row) for row in table.published]
    writer.writerow(["source", *table.columns])
    writer.writerows([source, *map(csv_cell, row)] for source, row in rows)
    paths = [folder / f"table{table.number}.{ending}" for ending in ("csv", "tex")]
    write_atomically(paths[0], out.getvalue())
    parts = [
        "% measured",
        latex_table(table.columns, table.measured),
        "% published",
        latex_table(table.columns, table.published),
    ]
    write_atomically(paths[1], "\n".join(parts) + "\n")
    return paths


def _gaps(missing: Sequence[str]) -> str:
    return "Missing; these commands fill it:\n\n```\n" + "\n".join(grouped(missing)) + "\n```" if missing else ""
