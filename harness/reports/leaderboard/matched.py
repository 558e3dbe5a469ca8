"""What a row used of the amount that all methods had (`budget.match`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from harness.records.reading.run import Run
from harness.run.progress.units import tokens


def used_of_amount(runs: Sequence[Run]) -> str:
    """Return ``4.9 M of 5.0 M tokens``, the mean over the runs; "" where steps were what methods had in common."""
    found: list[tuple[float, float]] = []
    match = ""
    for run in runs:
        for event in run.lineage.events if run.lineage else ():
            facts = event.facts
            used, amount = facts.get("used"), facts.get("amount")
            if event.kind != "budget-in-all" or facts.get("match") not in _TEXT:
                continue
            if isinstance(used, int | float) and isinstance(amount, int | float) and isfinite(used + amount):
                match = str(facts["match"])
                found.append((float(used), float(amount)))
    if not found:
        return ""
    used, amount = (sum(column) / len(found) for column in zip(*found, strict=True))
    if match == "cost":
        return f"${used:.2f} of {amount_text(match, amount)}"
    return f"{tokens(round(used))} of {amount_text(match, amount)}"


def amount_text(match: str, amount: float) -> str:
    """Return an amount with its unit: ``5.0 M tokens``, ``24 rollouts``, ``$2.00``."""
    return f"${amount:.2f}" if match == "cost" else f"{tokens(round(amount))} {match}"


_TEXT = ("rollouts", "tokens", "cost")
