"""Try hostile input: ``python scripts/fuzz.py records --examples 2000``; without a kind, all of them.

A kind is a module of ``tests/fuzz`` with ``EXAMPLES`` (a Hypothesis strategy) and ``check`` (which fails where the
product does not hold). Examples are the same at every call; a failure is shrunk and printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def kinds() -> list[str]:
    """Return the names of the kinds."""
    modules = (ROOT / "tests" / "fuzz").glob("*.py")
    return sorted(path.stem for path in modules if "EXAMPLES = " in path.read_text() and "test_" not in path.stem)


def try_kind(kind: str, examples: int) -> None:
    """Check a number of examples of a kind.

    Raises
    ------
    AssertionError
        If one fails, or whatever error it ran into.
    """
    from hypothesis import HealthCheck, given, settings

    module = import_module(f"tests.fuzz.{kind}")
    quiet = list(HealthCheck)
    limits = settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=quiet
    )
    limits(given(module.EXAMPLES)(module.check))()


def main() -> None:
    """Try the kinds that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="*", default=kinds(), choices=kinds())
    parser.add_argument("--examples", type=int, default=2000)
    words = parser.parse_args()
    for kind in words.kind:
        began = time.perf_counter()
        try_kind(kind, words.examples)
        print(f"{kind}: {words.examples:,} examples hold, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
