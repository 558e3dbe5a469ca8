"""What the paper reports: "Divide, Optimize, Merge: Fine-Grained LLM Agent Optimization at Scale", Tables 1 to 4.

Percent. These are quoted, not measured here, and stand apart from what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PAPER = "Divide, Optimize, Merge (FGO)"

ALFWORLD_CATEGORIES = ("Pick", "Clean", "Heat", "Cool", "Look", "Pick Two")
"""ALFWorld's task types in the order of Table 1."""


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One cell or row of the paper's tables for one environment.

    Attributes
    ----------
    mean, best
        Success in percent: the mean over 3 runs, and the best of them where it is given.
    starred
        Whether trajectories were truncated to fit the context window.
    tokens
        Tokens in millions (as we read the column), Table 4.
    seconds
        Time of the optimization, Table 4.
    """

    table: int
    env: str
    method: str
    mean: float
    best: float | None = None
    by_category: dict[str, float] = field(default_factory=dict)
    starred: bool = False
    tokens: float | None = None
    seconds: float | None = None
    variant: str = ""

    @property
    def source(self) -> str:
        """Where it stands in the paper."""
        return f"{PAPER}, Table {self.table}"


_TABLE_1 = {
    "vanilla": ((69.4, 50.5, 65.2, 20.6, 31.5, 21.6), 45.5, 36.3, 15.0),
    "all_at_once": ((90.2, 72.6, 78.3, 78.6, 66.7, 55.9), 75.0, 52.1, 21.7),
    "batch_wise": ((77.1, 71.0, 67.4, 64.3, 86.1, 73.5), 72.8, 55.7, 10.0),
    "bootstrapping": ((91.7, 77.4, 73.9, 74.6, 87.0, 41.2), 75.6, 62.6, 20.0),
    "fgo": ((90.2, 83.8, 87.0, 88.9, 86.1, 62.7), 83.6, 64.8, 23.3),
}

_TABLE_2 = {
    "vanilla": (45.5, 61.9),
    "cluster=none": (73.1, 84.3),
    "cluster=spectral": (81.6, 89.6),
    "cluster=bisect_kmeans": (80.1, 91.0),
    "cluster=kmeans": (83.6, 89.6),
}

_TABLE_3 = {"partition=random": (80.3, 88.1), "partition=category": (83.6, 89.6)}

_TABLE_4 = {
    "all_at_once": (8.15, 7583, 87.8, 93.3),
    "batch_wise": (1.59, 2969, 83.1, 92.3),
    "bootstrapping": (1.34, 2521, 88.8, 95.0),
    "fgo": (1.97, 2142, 89.3, 95.5),
}


def _first() -> list[PublishedRow]:
    rows = []
    for method, (types, average, logistics, gaia) in _TABLE_1.items():
        by_category = dict(zip(ALFWORLD_CATEGORIES, types, strict=True))
        starred = method == "all_at_once"
        rows += [
            PublishedRow(1, "alfworld", method=method, mean=average, by_category=by_category),
            PublishedRow(1, "logisticsqa", method=method, mean=logistics, starred=starred),
            PublishedRow(1, "gaia", method=method, mean=gaia, starred=starred),
        ]
    return rows


def _variants(table: int, cells: dict[str, tuple[float, float]]) -> list[PublishedRow]:
    return [
        PublishedRow(
            table,
            "alfworld",
            method=name if name == "vanilla" else "fgo",
            mean=mean,
            best=best,
            variant="" if name == "vanilla" else name,
        )
        for name, (mean, best) in cells.items()
    ]


PUBLISHED: tuple[PublishedRow, ...] = (
    *_first(),
    *_variants(2, _TABLE_2),
    *_variants(3, _TABLE_3),
    *(
        PublishedRow(4, "alfworld", method=method, mean=mean, best=best, tokens=tokens, seconds=seconds)
        for method, (tokens, seconds, mean, best) in _TABLE_4.items()
    ),
)
"""All that Tables 1 to 4 say."""


def published(table: int, env: str | None = None) -> list[PublishedRow]:
    """Return the rows of a table, of one environment or all."""
    return [row for row in PUBLISHED if row.table == table and env in (None, row.env)]
