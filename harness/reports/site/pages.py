"""The pages: templates filled in, and the scripts and styles they stand on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent

SHARED = ("dom", "format", "data", "table")
"""Scripts of every page, in the order in which they are loaded."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' file:",  # of `file:` pages, not all browsers take 'self' to be the folder they came from
        "style-src 'self' file:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types site",
    )
)
"""Content security policy of every page: only files of the site are loaded; no text becomes markup or code."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its file, its title, and the scripts it needs beside the shared ones."""

    name: str
    title: str
    scripts: tuple[str, ...]


PAGES = (
    Page("index", "Leaderboard", ("scatter", "overall", "board")),
    Page("run", "Run", ("diff", "overview", "graph", "lineage", "filters", "rollouts", "trajectory", "run")),
    Page("pair", "Two trajectories", ("pair",)),
    Page("matrix", "Tasks by methods", ("heat", "matrix")),
    Page("compare", "Compare", ("rollouts", "compare")),
)


LIVE = Page("live", "Runs at work", ("live",))
"""The page of a site that follows a results folder."""


def write_pages(folder: Path, *, live: bool = False) -> None:
    """Write every page, script and style into a folder."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    for page in (*PAGES, LIVE) if live else PAGES:
        text = templates.get_template(f"{page.name}.html.j2").render(
            page=page, policy=POLICY, scripts=(*SHARED, *page.scripts), live=live
        )
        (folder / f"{page.name}.html").write_text(text, encoding="utf-8")
    shutil.copytree(HERE / "static", folder / "static")
