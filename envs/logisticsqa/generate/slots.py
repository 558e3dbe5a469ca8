"""Where an invoice holds references: what conventions and decoys fill in, and the invoice is written from."""

from __future__ import annotations

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
    """References by place. The lists are in the order of the invoice."""

    notes: list[str] = field(default_factory=list)
    accounting_cost: str = ""
    buyer_reference: str = ""
    order: str = ""
    despatch: list[str] = field(default_factory=list)
    originator: str = ""
    contract: str = ""
    additional: list[Reference] = field(default_factory=list)
    line_notes: list[str] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    line_prefix: str = ""
