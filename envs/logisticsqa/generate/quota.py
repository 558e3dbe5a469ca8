"""Sharing a number of places out exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def quota(total: int, shares: Mapping[K, float]) -> dict[K, int]:
    """Share `total` places out by largest remainder; shares need not add up to one."""
    weight = sum(shares.values())
    exact = {name: total * share / weight for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    order = sorted(shares, key=lambda name: counts[name] - exact[name])
    for name in order[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def spread(counts: Mapping[K, int]) -> list[K]:
    """Return every name as often as it counts, so ordered that any beginning has nearly the same shares."""
    total = sum(counts.values())
    given = dict.fromkeys(counts, 0)
    order: list[K] = []
    for place in range(1, total + 1):
        name = max(counts, key=lambda k: counts[k] * place / total - given[k])
        given[name] += 1
        order.append(name)
    return order
