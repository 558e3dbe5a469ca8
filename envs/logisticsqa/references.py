"""The places of an invoice where references stand, in document order, each with its path and label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_FIELDS = ("Note", "BuyerReference", "AccountingCost")
_LABELS = ("DocumentType", "DocumentDescription", "DocumentTypeCode")
_LINES = ("InvoiceLine", "CreditNoteLine", "DebitNoteLine")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that may be a reference.

    Attributes
    ----------
    path
        Names of the elements without prefixes; lines are numbered (``InvoiceLine[2]/Note``).
    label
        What the document says of it elsewhere than in the value (a document type, the name of a property).
    value
        As written; in notes it holds the label, too.
    """

    path: str
    label: str
    value: str


def references(root: etree._Element) -> Iterator[Reference]:
    """Yield the references of a document: notes, fields, document references, and those of the lines."""
    line = 0
    for child in root.iterchildren("{*}*"):
        if name(child) in _LINES:
            line += 1
            yield from _within(child, f"{name(child)}[{line}]")
        else:
            yield from _one(child, name(child))


def name(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def find(element: etree._Element, *names: str) -> str:
    """Return the text of the first descendant that is reached by names without prefixes; nothing if there is none."""
    found = element.find("/".join(f"{{*}}{one}" for one in names))
    return "" if found is None else (found.text or "").strip()


def _within(line: etree._Element, path: str) -> Iterator[Reference]:
    for child in line.iterchildren("{*}*"):
        yield from _one(child, f"{path}/{name(child)}")
        if name(child) == "Item":
            for part in child.iterchildren("{*}*"):
                yield from _one(part, f"{path}/Item/{name(part)}")


def _one(element: etree._Element, path: str) -> Iterator[Reference]:
    kind = name(element)
    if kind in _FIELDS:
        value, label = (element.text or "").strip(), ""
    elif kind == "AdditionalItemProperty":
        value, label = find(element, "Value"), find(element, "Name")
    elif kind == "AdditionalItemIdentification":
        held = element.find("{*}ID")
        value, label = find(element, "ID"), "" if held is None else held.get("schemeID", "")
    elif kind.endswith("Reference") and len(element):
        value = find(element, "ID") or find(element, "LineID") or find(element, "InvoiceDocumentReference", "ID")
        label = next((text for one in _LABELS if (text := find(element, one))), "")
    else:
        return
    if value:
        yield Reference(path, label, value)
