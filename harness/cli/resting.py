"""What the guidelines of a learned module rest on, for runs whose method says so."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table
from rich.text import Text

from harness.records.schema import Lineage


class _Guideline(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    text: str
    rests_on: str


class _Evidence(BaseModel):
    """The facts of the lineage's note ``evidence``."""

    model_config = ConfigDict(extra="ignore", strict=True)

    modules: str
    guidelines: dict[str, list[_Guideline]]


def resting(lineage: Lineage) -> list[Table]:
    """Return a table for each instruction of the final modules; none where the lineage does not say."""
    for event in reversed(lineage.events):
        if event.kind != "evidence":
            continue
        try:
            found = _Evidence.model_validate(event.facts)
        except ValidationError:
            return []
        if found.modules == lineage.final:
            return [_table(name, guidelines) for name, guidelines in found.guidelines.items()]
    return []


def _table(name: str, guidelines: list[_Guideline]) -> Table:
    table = Table(title=f"what the guidelines of {name} rest on: training tasks, or a guess", title_justify="left")
    table.add_column("rests on", justify="right")
    table.add_column("guideline")
    for one in guidelines:
        table.add_row(Text(one.rests_on), Text(one.text))
    return table
