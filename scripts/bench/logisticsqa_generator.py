"""How fast invoices are generated, and that memory stays flat: `python scripts/bench/logisticsqa_generator.py`."""

from __future__ import annotations

import time
from pathlib import Path

from envs.logisticsqa import generate

MARKS = (1_000, 10_000)


def resident() -> float:
    """Return the memory of this process now, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    began = time.perf_counter()
    size = 0
    for index in range(MARKS[-1]):
        size += len(generate.write(generate.plan(0, "test", index=index)))
        if index + 1 in MARKS:
            seconds = time.perf_counter() - began
            print(
                f"{index + 1:,} documents: {(index + 1) / seconds:,.0f} a second, {size / 1e6:,.1f} M characters, "
                f"{resident():.1f} MB resident"
            )


if __name__ == "__main__":
    main()
