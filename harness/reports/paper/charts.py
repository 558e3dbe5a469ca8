"""Figures drawn with Altair: SVG, PNG, and HTML that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.reports.paper.cells import METHODS

if TYPE_CHECKING:
    from harness.reports.paper.figures import Figure

COLOURS = ("#7f7f7f", "#d55e00", "#e69f00", "#0072b2", "#009e73")
"""Okabe and Ito's colours, told apart by all eyes; one a method, in the order of `METHODS`."""

FORMATS = ("svg", "png", "html")


def draw(figure: Figure, note: str = "") -> Any:
    """Return a figure as an Altair chart; `note` stands under its title."""
    import altair as alt

    x = alt.X(f"{figure.x}:Q", title=figure.titles[figure.x], scale=alt.Scale(zero=False))
    y = alt.Y(f"{figure.y}:Q", title=figure.titles[figure.y], scale=alt.Scale(zero=False))
    named = list(METHODS.values())
    colour = alt.Color("method:N", title="method", scale=alt.Scale(domain=named, range=list(COLOURS)))
    shape = alt.Shape("method:N", title="method", scale=alt.Scale(domain=named))
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


def save(figure: Figure, folder: Path, note: str = "") -> list[Path]:
    """Write a figure in every format, and its data as CSV; return the paths."""
    chart = draw(figure, note)
    paths = [folder / f"figure{figure.number}.{ending}" for ending in FORMATS]
    for path in paths:
        chart.save(str(path), **({"inline": True} if path.suffix == ".html" else {}))
    data = folder / f"figure{figure.number}.csv"
    figure.data.to_csv(data, index=False)
    return [*paths, data]
