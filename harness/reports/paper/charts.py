"""Figures drawn with Altair: SVG, PNG, and HTML that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.records.files import whole, write_atomically
from harness.reports.paper.cells import METHODS

if TYPE_CHECKING:
    from harness.reports.paper.figures import Figure

COLOURS = dict(zip(METHODS.values(), ("#7f7f7f", "#d55e00", "#e69f00", "#0072b2", "#009e73"), strict=True))
"""Okabe and Ito's colours, which all eyes can tell apart, by method."""

SHAPES = dict(zip(METHODS.values(), ("circle", "square", "cross", "diamond", "triangle-up"), strict=True))

FORMATS = ("svg", "png", "html")


def draw(figure: Figure, note: str = "") -> Any:
    """Return a figure as an Altair chart; `note` stands under its title."""
    import altair as alt

    x = alt.X(f"{figure.x}:Q", title=figure.titles[figure.x], scale=_scale(figure, figure.x), axis=_axis(figure))
    y = alt.Y(f"{figure.y}:Q", title=figure.titles[figure.y], scale=_scale(figure, figure.y))
    named = [name for name in COLOURS if name in set(figure.data["method"])]
    legend = alt.Legend(title="method") if len(named) > 1 else None
    colours, shapes = [COLOURS[name] for name in named], [SHAPES[name] for name in named]
    colour = alt.Color("method:N", legend=legend, scale=alt.Scale(domain=named, range=colours))
    shape = alt.Shape("method:N", legend=legend, scale=alt.Scale(domain=named, range=shapes))
    base = alt.Chart(figure.data).encode(x=x, y=y, color=colour, tooltip=list(figure.data.columns))
    marks = base.mark_point(size=70, filled=True).encode(shape=shape)
    if figure.kind == "lines":
        marks = base.mark_line() + marks
    if "low" in figure.data.columns:
        bars = base.mark_rule(opacity=0.5).encode(y=alt.Y("low:Q", title=figure.titles[figure.y]), y2="high:Q")
        marks = bars + marks
    chart = marks.properties(width=280, height=220)
    if figure.facet:
        chart = chart.facet(column=alt.Column(f"{figure.facet}:N", title=None))
        chart = chart.resolve_scale(x="independent", y="shared" if figure.facet == "split" else "independent")
    title = alt.TitleParams(f"Figure {figure.number}: {figure.title}", subtitle=note)
    return chart.properties(title=title)


def _scale(figure: Figure, column: str) -> Any:
    """Return a scale with room around the points; one value alone, or equal values, stand in the middle of theirs.

    Shares of success have one scale in all panels, and none of it below 0.
    """
    import altair as alt

    values = figure.data[[name for name in (column, "low", "high") if name in figure.data and name in _drawn(column)]]
    low, high = float(values.min().min()), float(values.max().max())
    if low == high:
        around = max(abs(low) / 2, 1.0)
        return alt.Scale(domain=[low - around, high + around], nice=True)
    if figure.titles[column].endswith("%") and low >= 0:
        room = (high - low) / 16
        return alt.Scale(domain=[max(0.0, low - room), high + room], nice=False)
    return alt.Scale(zero=False, padding=12)


def _drawn(column: str) -> tuple[str, ...]:
    return (column, "low", "high") if column == "mean" else (column,)


def _axis(figure: Figure) -> Any:
    """Return an x axis with a tick at each value that was swept, or few and short numbers where nothing was."""
    import altair as alt

    if figure.kind == "lines":
        return alt.Axis(values=sorted(set(figure.data[figure.x])), format="d")
    return alt.Axis(format="~s", tickCount=5)


def save(figure: Figure, folder: Path, *, note: str = "") -> list[Path]:
    """Write a figure in every format, and its data as CSV; return the paths."""
    chart = draw(figure, note)
    paths = [folder / f"figure{figure.number}.{ending}" for ending in FORMATS]
    for path in paths:
        with whole(path) as part:
            chart.save(str(part), format=path.suffix[1:], **({"inline": True} if path.suffix == ".html" else {}))
    data = folder / f"figure{figure.number}.csv"
    write_atomically(data, figure.data.to_csv(index=False))
    return [*paths, data]
