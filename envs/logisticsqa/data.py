"""`harness data logisticsqa`: statistics and plots of the documents, an export of them, a check of one's own."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from envs.logisticsqa import generate
from envs.logisticsqa.bound import bound, bound_table
from envs.logisticsqa.documents import read_invoice
from envs.logisticsqa.export import export, plans
from envs.logisticsqa.folder import examine
from envs.logisticsqa.statistics import Measured, measure, plots, stats_table
from harness.core.errors import ConfigError
from harness.core.printable import printable


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"data logisticsqa: {message}; see `harness data logisticsqa --help`")


def data_command(words: Sequence[str]) -> int:
    """Run the words after `harness data logisticsqa`; return the exit code."""
    try:
        options = _parser().parse_args(list(words))
    except SystemExit as end:  # --help
        return int(end.code or 0)
    if options.count < 1:
        raise ConfigError(f"data logisticsqa: --count {options.count} must be a positive number")
    if not (options.stats or options.plots or options.export or options.check):
        _parser().print_help()
        return 0
    code = 0
    folder: Path | None = options.check
    if folder is not None:
        code = _check(folder)
        if code:
            return code
    if options.stats or options.plots:
        _describe(folder, options.seed, count=options.count, stats=options.stats, out=options.plots)
    if options.export:
        export(options.export, options.seed, count=options.count)
        print(f"{options.count} synthetic documents and labels.csv in {options.export}; env.data_dir={options.export}")
    return code


def _parser() -> _Parser:
    parser = _Parser(prog="harness data logisticsqa", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--stats", action="store_true", help="print sizes and languages beside the paper's, and what readers can score"
    )
    parser.add_argument("--plots", type=Path, metavar="OUT", help="write Figure 8's four plots into a folder")
    parser.add_argument("--export", type=Path, metavar="OUT", help="write generated documents and labels.csv")
    parser.add_argument(
        "--check", type=Path, metavar="DIR", help="examine a folder; --stats and --plots are of it then"
    )
    parser.add_argument("--count", type=int, default=267, help="how many documents to generate (default 267)")
    parser.add_argument("--seed", type=int, default=0, help="data_seed of the generator (default 0)")
    return parser


def _check(folder: Path) -> int:
    found = examine(folder)
    for problem in found.bad:
        print(printable(problem))
    print(f"{folder}: {len(found.good)} documents can be used, {len(found.bad)} problems")
    return 1 if found.bad else 0


def _describe(folder: Path | None, seed: int, *, count: int, stats: bool, out: Path | None) -> None:
    measured: list[Measured] = measure(_own(folder) if folder else _generated(seed, count))
    if not measured:
        raise ConfigError(f"{folder} holds no document that can be used")
    if stats:
        title = str(folder) if folder else f"generated (synthetic), seed {seed}"
        console = Console(width=None if Console().is_terminal else 140)
        console.print(stats_table(measured, title))
        if folder is None:
            console.print(bound_table({seed: bound(seed)}))
    for path in plots(measured, out) if out else ():
        print(path)


def _generated(seed: int, count: int) -> Iterator[tuple[str, str]]:
    for plan in plans(seed, count):
        yield plan.issuer.language, generate.show(plan)


def _own(folder: Path) -> Iterator[tuple[str, str]]:
    for good in examine(folder).good.values():
        invoice = read_invoice(good.path)
        yield invoice.language, invoice.text
