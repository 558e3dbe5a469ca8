"""The 21 conventions: where and how an invoice holds the forwarder's reference.

==== ===========================================================================================
tier what makes it easy or hard
==== ===========================================================================================
1    a label that says transport or shipment reference
2    a label that says the customer's file, beside "better looking" B/L, CMR and waybill numbers
3    no label: a field that is meant for something else, or a place in free text
4    the value must be normalised
==== ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from envs.logisticsqa.generate.issuers import Issuer
from envs.logisticsqa.generate.shapes import OTHER, grouped, halves, reference
from envs.logisticsqa.generate.slots import Reference, Slots


@dataclass(frozen=True, slots=True)
class Placing:
    """A number on its way into an invoice."""

    slots: Slots
    issuer: Issuer
    value: str
    rng: Random


Place = Callable[[Placing], None]


def _note(one: Placing) -> None:
    one.slots.notes.append(one.issuer.labelled(one.issuer.label, one.value))


def _document(one: Placing) -> None:
    one.slots.additional.append(Reference(one.value, type=one.issuer.wording(one.issuer.label)))


def _described(one: Placing) -> None:
    one.slots.additional.append(Reference(one.value, description=one.issuer.wording(one.issuer.label)))


def _property(one: Placing) -> None:
    one.slots.properties.append((one.issuer.wording(one.issuer.label), one.value))


def _line_note(one: Placing) -> None:
    one.slots.line_notes.append(one.issuer.labelled(one.issuer.label, one.value))


def _file_id(one: Placing) -> None:
    one.slots.additional.append(Reference(one.value, type_code="File ID"))


def _order(one: Placing) -> None:
    one.slots.order = one.value


def _buyer(one: Placing) -> None:
    one.slots.buyer_reference = one.value


def _cost(one: Placing) -> None:
    one.slots.accounting_cost = one.value


def _contract(one: Placing) -> None:
    one.slots.contract = one.value


def _originator(one: Placing) -> None:
    one.slots.originator = one.value


def _first_of_line(one: Placing) -> None:
    one.slots.line_prefix = one.value


def _middle_of_note(one: Placing) -> None:
    one.slots.notes.append(f"{OTHER['plate'](one.rng)} / {one.value} / {OTHER['own'](one.rng)}")


def _either(one: Placing) -> None:
    (_note if one.issuer.in_notes else _document)(one)


def _with_prefix(one: Placing) -> None:
    _either(replace(one, value=f"KN/{one.value}"))


def _with_leg(one: Placing) -> None:
    _either(replace(one, value=f"{one.value}/0{one.rng.randint(1, 3)}"))


def _in_two_parts(one: Placing) -> None:
    first, _, second = halves(one.value)
    _note(replace(one, value=first))
    _document(replace(one, value=second))


def _with_spaces(one: Placing) -> None:
    _either(replace(one, value=grouped(one.value)))


def _last_of_three(one: Placing) -> None:
    before = [reference(one.issuer.shape, one.rng) for _ in range(2)]
    _note(replace(one, value=", ".join([*before, one.value])))


CONVENTIONS: Mapping[str, tuple[str, Place]] = {
    "A1": ("a labelled note", _note),
    "A2": ("an additional document reference with its type", _document),
    "A3": ("an item property of the first line", _property),
    "B1": ("a note, labelled as the customer's file", _note),
    "B2": ("an additional document reference with its type, the customer's file", _document),
    "B3": ("a note of the first line, labelled as the customer's file", _line_note),
    "B4": ("an item property, labelled as the customer's file", _property),
    "B5": ("an additional document reference with a description, next to a BOL ID", _described),
    "B6": ("an additional document reference with the type code File ID", _file_id),
    "C1": ("OrderReference", _order),
    "C2": ("BuyerReference", _buyer),
    "C3": ("AccountingCost", _cost),
    "C4": ("ContractDocumentReference", _contract),
    "C5": ("the first part of the first line's description", _first_of_line),
    "C6": ("the middle part of a note without a label", _middle_of_note),
    "C7": ("OriginatorDocumentReference", _originator),
    "D1": ("labelled, without the prefix KN/", _with_prefix),
    "D2": ("labelled, without the suffix that counts the legs (/01)", _with_leg),
    "D3": ("a labelled note and an additional document reference, joined", _in_two_parts),
    "D4": ("labelled, without the spaces", _with_spaces),
    "D5": ("labelled, the last of three", _last_of_three),
}
"""Code to (what a reader must do, how it is placed)."""

REPEATABLE = frozenset("A1 A2 A3 B1 B2 B3 B4 B5 B6 D1 D2 D4".split())
"""Conventions whose place can hold two numbers alike, which makes a document irreducible."""
