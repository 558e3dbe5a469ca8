"""`harness data gaia`: what the generated tasks ask for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from rich.console import Console

from envs.gaia.statistics import chosen, measure, stats_table, summary
from harness.core.errors import ConfigError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"data gaia: {message}; see `harness data gaia --help`")


def data_command(words: Sequence[str]) -> int:
    """Run the words after `harness data gaia`; return the exit code."""
    try:
        options = _parser().parse_args(list(words))
    except SystemExit as end:  # --help
        return int(end.code or 0)
    if not options.stats:
        _parser().print_help()
        return 0
    for name in ("train", "test"):
        if getattr(options, name) < 1:
            raise ConfigError(f"data gaia: --{name} {getattr(options, name)} must be a positive number")
    measured = measure(chosen(options.seed, {"train": options.train, "test": options.test}))
    Console().print(stats_table(measured))
    print(summary(measured))
    return 0


def _parser() -> _Parser:
    parser = _Parser(prog="harness data gaia", description=__doc__, allow_abbrev=False)
    parser.add_argument("--stats", action="store_true", help="print abilities by split and level")
    parser.add_argument("--seed", type=int, default=0, help="data_seed of the generator (default 0)")
    parser.add_argument("--train", type=int, default=36, help="training tasks (default 36)")
    parser.add_argument("--test", type=int, default=60, help="test tasks (default 60)")
    return parser
