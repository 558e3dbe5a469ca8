"""What a test run could not test, and the command that mends it: the last lines of `make test`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

MENDS = {
    "bubblewrap": "apt-get install bubblewrap",
    "chrom": "apt-get install chromium chromium-driver",
    "`inspect`": "pip install 'inspect-ai>=0.3.100'",
    "mlflow": "make setup-dev",
    "`textworld`": "make setup-dev",
    "wordllama": "make setup-dev",
    "smollm2": "make setup-dev",
    "submitit": "make setup-dev",
    "'ray'": "pip install ray",
    "bfcl-eval": "make setup-dev",
}
"""A word of a reason, and the command that installs what is missing."""


def lines(reasons: Iterable[str]) -> list[str]:
    """Return a line for each reason, the most frequent first: how many tests, why, and what mends it."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return [_line(number, reason) for reason, number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]


def _line(number: int, reason: str) -> str:
    mend = next((command for word, command in MENDS.items() if word in reason and command not in reason), "")
    return f"{number} test{'s' * (number != 1)} not run: {reason}{f' -> {mend}' if mend else ''}"
