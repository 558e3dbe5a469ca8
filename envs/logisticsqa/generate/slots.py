"""Where an invoice holds references: what is filled in, and the invoice is written from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reference:
    """An additional document reference: its id and what says which document it is, as far as anything does."""

    id: str
    type_code: str = ""
    type: str = ""
    description: str = ""


@dataclass(slots=True)
class Slots:
    """References by place. The lists are in the order of the invoice; lines count from 1."""

    notes: list[str] = field(default_factory=list)
    accounting_cost: str = ""
    buyer_reference: str = ""
    order: str = ""
    despatch: list[str] = field(default_factory=list)
    contract: str = ""
    additional: list[Reference] = field(default_factory=list)
    line_notes: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    properties: list[tuple[str, str]] = field(default_factory=list)
