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
from random import Random

from envs.logisticsqa.generate.issuers import Issuer
from envs.logisticsqa.generate.shapes import OTHER, grouped, halves, reference
from envs.logisticsqa.generate.slots import Reference, Slots

Place = Callable[[Slots, Issuer, str, Random], None]


def _note(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.notes.append(issuer.labelled(issuer.label, value))


def _document(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.additional.append(Reference(value, type=issuer.wording(issuer.label)))


def _described(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.additional.append(Reference(value, description=issuer.wording(issuer.label)))


def _property(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.properties.append((issuer.wording(issuer.label), value))


def _line_note(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.line_notes.append(issuer.labelled(issuer.label, value))


def _file_id(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.additional.append(Reference(value, type_code="File ID"))


def _order(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.order = value


def _buyer(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.buyer_reference = value


def _cost(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.accounting_cost = value


def _contract(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.contract = value


def _originator(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.originator = value


def _first_of_line(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.line_prefix = value


def _middle_of_note(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    slots.notes.append(f"{OTHER['plate'](rng)} / {value} / {OTHER['own'](rng)}")


def _either(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    (_note if issuer.in_notes else _document)(slots, issuer, value, rng)


def _with_prefix(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    _either(slots, issuer, f"KN/{value}", rng)


def _with_leg(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    _either(slots, issuer, f"{value}/0{rng.randint(1, 3)}", rng)


def _in_two_parts(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    first, _, second = halves(value)
    _note(slots, issuer, first, rng)
    _document(slots, issuer, second, rng)


def _with_spaces(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    _either(slots, issuer, grouped(value), rng)


def _last_of_three(slots: Slots, issuer: Issuer, value: str, rng: Random) -> None:
    before = [reference(issuer.shape, rng) for _ in range(2)]
    _note(slots, issuer, ", ".join([*before, value]), rng)


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
