"""What the documents are like, beside the paper's (Figure 8 and Appendix B): as a table and as four plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from lxml import etree
from rich.table import Table

from envs.logisticsqa.tokens import counter
from harness.core.errors import ConfigError
from harness.core.extras import install

BANDS: Mapping[str, tuple[int, int]] = {"lines": (200, 500), "tags": (100, 400), "tokens": (2000, 4000)}
"""Appendix B of the paper: where the documents' sizes lie."""

SHARES: Mapping[str, float] = {"tr": 0.395, "en": 0.296, "es": 0.220, "it": 0.089}
"""Figure 8: languages."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Sizes of one document: lines, tags (elements) and tokens, and its language."""

    language: str
    lines: int
    tags: int
    tokens: int


def measure(documents: Iterable[tuple[str, str]]) -> list[Measured]:
    """Measure documents, given as (language, text), one at a time."""
    count, _ = counter()
    found = []
    for language, text in documents:
        root = etree.fromstring(text.encode())
        tags = sum(1 for _ in root.iter("{*}*"))
        found.append(Measured(language, len(text.splitlines()), tags, count(text)))
    return found


def within(name: str, measured: Sequence[Measured]) -> float:
    """Return the share of documents whose size lies within the paper's band."""
    low, high = BANDS[name]
    return sum(1 for one in measured if low <= getattr(one, name) <= high) / len(measured)


def stats_table(measured: Sequence[Measured], title: str) -> Table:
    """Return the statistics beside the paper's."""
    table = Table(title=f"{title}: {len(measured)} documents; tokens: {counter()[1]}", title_justify="left")
    for name in ("", "paper", "here: median", "5 % to 95 %", "within the band"):
        table.add_column(name, justify="right" if name else "left")
    for name, (low, high) in BANDS.items():
        sizes = sorted(getattr(one, name) for one in measured)
        cuts = quantiles(sizes, n=20, method="inclusive") if len(sizes) > 1 else [sizes[0]] * 19
        spread = f"{cuts[0]:,.0f} to {cuts[-1]:,.0f}"
        share = f"{100 * within(name, measured):.1f} %"
        table.add_row(name, f"{low:,} to {high:,}", f"{median(sizes):,.0f}", spread, share)
    table.add_section()
    languages = Counter(one.language for one in measured)
    for language in dict.fromkeys([*SHARES, *sorted(languages)]):
        count = languages[language]
        paper = f"{100 * SHARES[language]:.1f} %" if language in SHARES else ""
        table.add_row(language, paper, f"{100 * count / len(measured):.1f} % ({count})", "", "")
    return table


def plots(measured: Sequence[Measured], out: Path) -> list[Path]:
    """Write Figure 8's four plots as SVG, one file each and all in one; return the files.

    Raises
    ------
    ConfigError
        If Altair or vl-convert is not installed, or the folder cannot be written to.
    """
    try:
        import altair
        import vl_convert  # noqa: F401 (Altair's writer)
    except ImportError:
        raise ConfigError(f"plots need Altair: {install('paper')}") from None
    rows = altair.InlineData([{name: getattr(one, name) for name in Measured.__dataclass_fields__} for one in measured])
    charts = {
        name: altair.Chart(rows, title=f"Number of {name}", width=260, height=180)
        .mark_bar()
        .encode(altair.X(f"{name}:Q", bin=altair.Bin(maxbins=25), title=name), altair.Y("count():Q", title="documents"))
        for name in BANDS
    }
    charts["languages"] = (
        altair.Chart(rows, title="Languages", width=260, height=180)
        .mark_bar()
        .encode(altair.X("language:N", sort="-y", title=None), altair.Y("count():Q", title="documents"))
    )
    four = list(charts.values())
    whole = {**charts, "figure8": (four[0] | four[1]) & (four[2] | four[3])}
    files = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, chart in whole.items():
            files.append(out / f"{name}.svg")
            chart.save(str(files[-1]))
    except OSError as error:
        raise ConfigError(f"--plots {out}: {error.strerror}") from None
    return files
