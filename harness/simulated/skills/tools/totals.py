"""Totals of a table: read from a tool's result, or reckoned from rows."""

from __future__ import annotations

import json

from .tables import Rows, number

Totals = dict[str, dict[str, float]]
"""Column to value to total, columns in their order."""


def read_totals(result: str) -> Totals | None:
    """Read totals that a tool returned; None where it returned something else."""
    try:
        value = json.loads(result)
        return {str(name): {str(key): float(n) for key, n in of.items()} for name, of in value.items()} or None
    except (ValueError, AttributeError, TypeError):
        return None


def summed(rows: Rows) -> Totals:
    """Add up the last column for each value of the others."""
    header, *body = rows
    totals: Totals = {name or str(index): {} for index, name in enumerate(header[:-1])}
    for row in body:
        amount = number(row[-1])
        if amount is None or len(row) != len(header):
            continue
        for cell, of in zip(row, totals.values(), strict=False):
            of[cell] = of.get(cell, 0.0) + amount
    return totals
