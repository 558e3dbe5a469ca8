"""Tables 1 to 4 in the paper's layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.records.reading.run import Run
from harness.reports.leaderboard.published import ALFWORLD_CATEGORIES, PublishedRow, published
from harness.reports.leaderboard.rows import Row
from harness.reports.paper.cells import FILLS, METHODS, Cell, find

MISSING = "missing"
"""What stands where no run does."""

MERGING = {
    "cluster=none": ("No progressive merging", {"method.cluster": "none"}),
    "cluster=spectral": ("Spectral", {"method.cluster": "spectral"}),
    "cluster=bisect_kmeans": ("Bisecting k-means", {"method.cluster": "bisect_kmeans"}),
    "cluster=kmeans": ("K-means", {"method.cluster": "kmeans", "method.partition": "category"}),
}

PARTITIONS = {
    "partition=random": ("Random", {"method.partition": "random"}),
    "partition=category": ("Category", {"method.partition": "category", "method.cluster": "kmeans"}),
}


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table as texts, measured and published apart.

    Attributes
    ----------
    missing
        Commands that fill what is missing.
    """

    number: int
    title: str
    columns: tuple[str, ...]
    measured: tuple[tuple[str, ...], ...]
    published: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]


def tables(runs: Sequence[Run], words: str = "") -> list[PaperTable]:
    """Return Tables 1 to 4.

    Parameters
    ----------
    runs
        Sound runs of one backbone (for Table 4: of it with another optimizer).
    words
        What the commands that fill gaps say besides, such as ``backbone=paper``.
    """
    return [_first(runs, words), _second(runs, words), _third(runs, words), _fourth(runs, words)]


def _command(experiment: str, words: str) -> str:
    return f"python -m harness -m +experiment={experiment} {words}".strip()


def _first(runs: Sequence[Run], words: str) -> PaperTable:
    columns = ("Method", *ALFWORLD_CATEGORIES, "Average", "LogisticsQA", "GAIA")
    measured, quoted, missing = [], [], []
    for method, name in METHODS.items():
        cells = {env: find(Cell(env, method, ""), runs) for env in ("alfworld", "logisticsqa", "gaia")}
        missing += [f"{_command('table1', words)}{FILLS}{name} on {env}" for env, row in cells.items() if row is None]
        world = cells["alfworld"]
        types = [_share(world.by_category.get(c)) if world else MISSING for c in ALFWORLD_CATEGORIES]
        measured.append((name, *types, *(_mean(row) for row in cells.values())))
        paper = {row.env: row for row in published(1) if row.method == method}
        quoted.append(
            (
                name,
                *(f"{paper['alfworld'].by_category[c]:.1f}" for c in ALFWORLD_CATEGORIES),
                *(f"{paper[env].mean:.1f}{'*' if paper[env].starred else ''}" for env in cells),
            )
        )
    title = "Success rate in %; * evidence was truncated to fit the context window"
    return PaperTable(
        1, title, columns=columns, measured=tuple(measured), published=tuple(quoted), missing=tuple(missing)
    )


def _second(runs: Sequence[Run], words: str) -> PaperTable:
    cells = [("Vanilla", Cell("alfworld", "vanilla", _command("table2", words)))]
    for name, wants in MERGING.values():
        cells.append((name, Cell("alfworld", "fgo", command=_command("table2", words), wants=wants)))
    return _average_and_best(2, "Ways of merging on ALFWorld", first="Merging", cells=cells, runs=runs)


def _third(runs: Sequence[Run], words: str) -> PaperTable:
    cells = [
        (name, Cell("alfworld", "fgo", command=_command("table3", words), wants=wants))
        for name, wants in PARTITIONS.values()
    ]
    return _average_and_best(
        3, "Partition of the training tasks on ALFWorld", first="Partition", cells=cells, runs=runs
    )


def _average_and_best(
    number: int, title: str, *, first: str, cells: Sequence[tuple[str, Cell]], runs: Sequence[Run]
) -> PaperTable:
    rows = [(name, cell, find(cell, runs)) for name, cell in cells]
    measured = tuple((name, _mean(row), _best(row), _runs(row)) for name, _, row in rows)
    quoted = tuple(
        (name, f"{row.mean:.1f}", _number(row.best), "3")
        for (name, _), row in zip(cells, published(number), strict=True)
    )
    missing = tuple(f"{cell.command}{FILLS}{name}" for name, cell, row in rows if row is None)
    return PaperTable(
        number,
        title,
        columns=(first, "Average", "Best run", "Runs"),
        measured=measured,
        published=quoted,
        missing=missing,
    )


def _fourth(runs: Sequence[Run], words: str) -> PaperTable:
    columns = ("Method", "Tokens (M)", "Seconds", "Average", "Best run", "Runs")
    measured, quoted, missing = [], [], []
    for paper in published(4):
        name = METHODS[paper.method]
        row = find(Cell("alfworld", paper.method, "", other_optimizer=True), runs)
        quoted.append((name, *_cost(paper), f"{paper.mean:.1f}", _number(paper.best), "3"))
        if row is None:
            missing.append(f"{_command('table4', words)}{FILLS}{name}")
            measured.append((name, *[MISSING] * 5))
        else:
            tokens, seconds = row.spent.training_tokens / 1e6, row.spent.critical_path
            measured.append((name, f"{tokens:.2f}", f"{seconds:.0f}", _mean(row), _best(row), _runs(row)))
    title = "Another model as optimizer and merger, ALFWorld"
    return PaperTable(
        4, title, columns=columns, measured=tuple(measured), published=tuple(quoted), missing=tuple(missing)
    )


def _cost(row: PublishedRow) -> Iterator[str]:
    yield f"{row.tokens:.2f}"
    yield f"{row.seconds:.0f}"


def _mean(row: Row | None) -> str:
    return MISSING if row is None else f"{100 * row.mean:.1f}{'*' if row.starred else ''}"


def _best(row: Row | None) -> str:
    return MISSING if row is None else f"{100 * row.best:.1f}"


def _runs(row: Row | None) -> str:
    return "0" if row is None else str(len(row.runs))


def _share(share: float | None) -> str:
    return MISSING if share is None else f"{100 * share:.1f}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
