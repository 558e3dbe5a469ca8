"""The forms that a forwarder's references take, and the numbers of other kinds that stand beside them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping

from envs.logisticsqa.generate.identifiers import container, digits

SHAPES: Mapping[str, float] = {"S1": 0.35, "S2": 0.20, "S3": 0.15, "S4": 0.10, "S5": 0.10, "S6": 0.10}
"""Value shapes and the share of issuers that use them."""

_LOCATIONS = ("IST", "MAD", "MIL", "LON", "IZM", "BCN", "GOA", "FXT", "MER", "VLC")


def reference(shape: str, rng: random.Random) -> str:
    """Return a reference of a shape; S1 is the paper's example (847 5321 9084)."""
    if shape == "S1":
        return f"{digits(rng, 3)} {digits(rng, 4)} {digits(rng, 4)}"
    if shape == "S2":
        return f"{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 3)}.{digits(rng, 3)}"
    if shape == "S3":
        return digits(rng, 12)
    if shape == "S4":
        return f"{rng.choice(_LOCATIONS)}-{digits(rng, 4)}-{digits(rng, 7)}"
    if shape == "S5":
        return digits(rng, 14)
    return f"{digits(rng, 4)}.{digits(rng, 4)}.{digits(rng, 6)}"


def grouped(value: str) -> str:
    """Return bare digits in groups of four, as some issuers print them."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def halves(value: str) -> tuple[str, str, str]:
    """Return (first part, joiner, second part) of a reference that is printed in two places."""
    for joiner in (" ", "-", "."):
        if joiner in value:
            first, _, second = value.rpartition(joiner)
            return first, joiner, second
    middle = len(value) // 2
    return value[:middle], "", value[middle:]


def _letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=count))


OTHER: Mapping[str, Callable[[random.Random], str]] = {
    "bl": lambda rng: f"MEDU{digits(rng, 9)}",
    "awb": lambda rng: f"235-{digits(rng, 8)}",
    "road": lambda rng: f"CMR{digits(rng, 7)}",
    "delivery": lambda rng: f"{_letters(rng, 3)}2026{digits(rng, 9)}",
    "container": container,
    "plate": lambda rng: f"{rng.randint(10, 81)} {_letters(rng, 3)} {digits(rng, 3)}",
    "customs": lambda rng: f"26TR{digits(rng, 6)}X{digits(rng, 6)}",
    "own": lambda rng: f"JOB{digits(rng, 6)}",
    "order": lambda rng: f"45{digits(rng, 8)}",
}
"""Numbers of other kinds, by the family of their label."""
