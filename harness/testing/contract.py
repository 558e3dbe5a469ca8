"""What a conformance check raises."""

from __future__ import annotations


class ConformanceError(AssertionError):
    """An implementation does not keep its contract."""


def ask(holds: bool, contract: str) -> None:
    """Raise `ConformanceError` with the contract unless it holds."""
    if not holds:
        raise ConformanceError(contract)
