"""Usage by phase and role, as the record holds it."""

from __future__ import annotations

import operator
from typing import Annotated, Self

from pydantic import Field

from harness.core.domain import Usage
from harness.llm.storage.records import write_usage
from harness.records.bounds import Amount, Count, Name
from harness.records.schema.strict import Strict


class UsageRow(Strict):
    """`harness.core.domain.Usage` as the record holds it, field by field; `estimated` is left out where it is 0."""

    calls: Count = 0
    prompt: Count = 0
    cached: Count = 0
    completion: Count = 0
    reasoning: Count = 0
    usd: Amount | None = 0.0
    seconds: Amount = 0.0
    estimated: Annotated[Count, Field(exclude_if=operator.not_)] = 0

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Return usage as the record holds it."""
        return cls(**usage_fields(usage))

    @property
    def usage(self) -> Usage:
        """The same as a value that can be summed."""
        return Usage(**dict(self))


def usage_fields(usage: Usage) -> dict[str, int | float | None]:
    """Return the fields of the row of `usage`, rounded where summing in another order would show."""
    return {
        **write_usage(usage),
        "usd": None if usage.usd is None else round(usage.usd, 12),
        "seconds": round(usage.seconds, 6),
    }


UsageTable = dict[Name, dict[Name, UsageRow]]
"""Usage by phase and role."""


def total(*tables: UsageTable) -> Usage:
    """Return the usage of all phases and roles."""
    return Usage.total(row.usage for table in tables for roles in table.values() for row in roles.values())
