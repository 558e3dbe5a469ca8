"""How fast the sandbox is: ``python scripts/bench/sandbox.py [--calls 100]``.

For each mode: the first call (cold: start, readers loaded, layers proven), later calls on one sandbox (warm), a call
that uses a reader, and calls a second with as many sandboxes as processors.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import openpyxl
from rich.console import Console
from rich.table import Table

from envs.gaia.sandbox import Sandbox
from envs.gaia.sandbox.choice import Mode, open_sandbox
from harness.core.errors import ConfigError

NOTHING = "def run():\n    return 1"
READ = "import pandas\ndef run(path):\n    return int(pandas.read_excel(path)['n'].sum())"
MODES: tuple[Mode, ...] = ("bwrap", "landlock")


def workbook(folder: Path) -> Path:
    path = folder / "numbers.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [["n"], *([n] for n in range(100))]:
        book.active.append(row)
    book.save(path)
    return path


async def seconds(sandbox: Sandbox, source: str, arguments: dict[str, str], *inputs: Path) -> float:
    start = time.perf_counter()
    outcome = await sandbox.call(source, "run", arguments=dict(arguments), inputs=inputs)
    assert outcome.error is None, outcome.error
    return time.perf_counter() - start


async def measure(mode: Mode, calls: int, file: Path) -> list[str]:
    one = open_sandbox(mode, size=1)
    cold = await seconds(one, NOTHING, {})
    warm = [await seconds(one, NOTHING, {}) for _ in range(calls)]
    reading = [await seconds(one, READ, {"path": file.name}, file) for _ in range(calls)]
    await one.close()
    many = open_sandbox(mode)
    await asyncio.gather(*(seconds(many, NOTHING, {}) for _ in range(2 * (os.cpu_count() or 1))))
    start = time.perf_counter()
    await asyncio.gather(*(seconds(many, NOTHING, {}) for _ in range(2 * calls)))
    rate = 2 * calls / (time.perf_counter() - start)
    await many.close()
    return [f"{cold * 1000:.0f}", *_middle_and_tail(warm), *_middle_and_tail(reading), f"{rate:.0f}"]


def _middle_and_tail(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values) * 1000:.1f}", f"{statistics.quantiles(values, n=20)[-1] * 1000:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=100)
    calls = parser.parse_args().calls
    table = Table("mode", "cold ms", "warm ms", "95 %", "pandas reads xlsx ms", "95 %", "calls/s")
    with tempfile.TemporaryDirectory() as folder:
        file = workbook(Path(folder))
        for mode in MODES:
            try:
                table.add_row(mode, *asyncio.run(measure(mode, calls, file)))
            except ConfigError as error:
                table.add_row(mode, str(error))
    Console().print(table)


if __name__ == "__main__":
    main()
