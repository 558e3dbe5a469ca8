"""Leaderboards in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.core.printable import printable
from harness.reports.leaderboard.boards import Board, Leaderboards, significantly_better
from harness.reports.leaderboard.columns import COSTS, cost_texts, published_texts, score_texts
from harness.reports.leaderboard.overall import curve_texts, standing_texts, standings
from harness.reports.leaderboard.published import PAPER
from harness.reports.leaderboard.rows import Row

TEXT_COLUMNS = {
    "method",
    "method (published)",
    "reason",
    "run",
    "env",
    "backbone",
    "row",
    "verdict",
    "Method",
    "Merging",
    "Partition",
    "task",
    "category",
}

NAMES = {"method", "row"}
"""Columns that narrow terminals break between words alone,"""

WIDEST = 24
"""unless a word has more letters than this."""

SHORT = 3
"""How many rows that are better than others stand in one sentence; more have a line each."""


def renderables(found: Leaderboards, by: str | None = None) -> Iterator[RenderableType]:
    """Yield everything that the terminal shows."""
    for board in found.boards:
        yield table(title(board), *score_texts(board))
        yield from notes(board, by)
        yield table(COSTS, *cost_texts(board))
        names, cells = published_texts(board.env)
        if cells:
            yield table(f"published, not measured here: {PAPER}, Table 1 (means of 3 runs)", names, cells, "italic")
        yield Text()
    if found.apart:
        cells = [[run.run_id, run.env, run.method, run.backbone, run.reason] for run in found.apart]
        yield table("apart, in no ranking", ["run", "env", "method", "backbone", "reason"], cells)


def beyond_one_board(boards: Sequence[Board], *, overall: bool, curves: bool) -> Iterator[RenderableType]:
    """Yield the table over all environments, of simulated and of real models apart, and the learning curves."""
    for simulated in (False, True) if overall else ():
        kind = [board for board in boards if board.simulated is simulated]
        if kind:
            models = "SIMULATED MODEL" if simulated else "real models"
            names = ", ".join(dict.fromkeys(board.env for board in kind))
            heading = f"{names} ({models}): mean rank; wins and losses are significant after Holm's correction"
            yield table(heading, *standing_texts(standings(kind)))
    for board in boards if curves else ():
        titles, cells = curve_texts(board)
        heading = f"{board.env}, backbone {board.backbone}: best validation score so far in %, by share of the rollouts"
        yield table(heading, titles, cells) if cells else Text(printable(f"{board.env}: no method validates."))


def title(board: Board) -> str:
    """Return what a board ranks."""
    data = "generated data" if board.generated else "real data"
    models = "SIMULATED MODEL" if board.simulated else "real models"
    return f"{board.env}, backbone {board.backbone}: success in % on {board.tasks} test tasks ({models}, {data})"


def notes(board: Board, by: str | None = None) -> Iterator[Text]:
    """Yield what a reader must know beside the numbers, a line each."""
    if board.simulated:
        yield Text("Simulated model: these numbers say nothing about real models.", style="yellow")
    if by:
        yield Text(f"By {by}: each row is ranked among those that took no more; † has the highest mean of these.")
    yield Text(f"Versions: {printable(str(board.versions))}; others stand on boards of their own.", style="dim")
    better = differences(significantly_better(board))
    if len(better) > SHORT:
        yield Text("Significant after Holm's correction:", style="dim")
        yield from (Text(f"  {line}", style="dim") for line in better)
    else:
        yield Text(f"Significant after Holm's correction: {'; '.join(better) or 'no difference at all'}.", style="dim")
    warned: dict[str, list[str]] = {}
    for row in board.rows:
        for line in row.warnings:
            warned.setdefault(line, []).append(row.name)
    for line, names in warned.items():
        whose = "all rows" if len(names) == len(board.rows) > 1 else ", ".join(names)
        yield Text(printable(f"{whose}: {line}"), style="yellow")


def differences(pairs: Sequence[tuple[Row, Row, float]]) -> list[str]:
    """Return a line for each row that is better than others: ``a > b, c (p < 0.001), d (p = 0.020)``."""
    found: dict[str, dict[str, list[str]]] = {}
    for better, worse, p in pairs:
        found.setdefault(better.name, {}).setdefault(p_value(p), []).append(worse.name)
    return [
        printable(f"{name} > " + ", ".join(f"{', '.join(worse)} ({p})" for p, worse in by_p.items()))
        for name, by_p in found.items()
    ]


def table(heading: str, titles: Sequence[str], cells: Sequence[Sequence[str]], style: str = "") -> Table:
    """Return a table of texts."""
    made = Table(title=Text(printable(heading)), title_justify="left", style=style, row_styles=[style])
    for number, name in enumerate(titles):
        words = [word for row in cells for word in printable(row[number]).split()] if name in NAMES else []
        made.add_column(
            Text(printable(name)),
            justify="left" if name in TEXT_COLUMNS else "right",
            overflow="fold" if name == "reason" else "ellipsis",
            min_width=min(WIDEST, max(map(len, words), default=0)),
        )
    for row in cells:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made


def p_value(p: float) -> str:
    """Return a p-value as it stands in a sentence."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
