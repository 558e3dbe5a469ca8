"""The id of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.domain import digest


def run_id(determined_by: Mapping[str, Any]) -> str:
    """Return the id of a run: the first 12 hex digits of the digest of its identity."""
    return digest(determined_by)[:12]


def variant(determined_by: Mapping[str, Any]) -> str:
    """Return what runs of one row of a table have in common: the digest of their identity but for the seed."""
    return digest({key: value for key, value in determined_by.items() if key not in ("seed", "baseline")})
