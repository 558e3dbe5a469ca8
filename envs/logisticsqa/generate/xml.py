"""Writing UBL elements: prefixes, order as called, and an indented document at the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from lxml import etree

_URN = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    None: f"{_URN}Invoice-2",
    "cac": f"{_URN}CommonAggregateComponents-2",
    "cbc": f"{_URN}CommonBasicComponents-2",
    "ext": f"{_URN}CommonExtensionComponents-2",
}
SYNTHETIC = " Synthetic document of the LogisticsQA generator: no company, person or number in it is real. "


class Node:
    """An element under construction."""

    def __init__(self, element: etree._Element, currency: str) -> None:
        self._element = element
        self._currency = currency

    def group(self, name: str) -> Node:
        """Append an aggregate (``cac:``) and return it."""
        return Node(etree.SubElement(self._element, f"{{{NAMESPACES['cac']}}}{name}"), self._currency)

    def text(self, name: str, value: object, **attributes: str) -> Node:
        """Append a basic element (``cbc:``) with a text; return this one."""
        etree.SubElement(self._element, f"{{{NAMESPACES['cbc']}}}{name}", attributes).text = str(value)
        return self

    def amount(self, name: str, value: Decimal) -> Node:
        """Append an amount in the document's currency."""
        return self.text(name, f"{value:.2f}", currencyID=self._currency)


def extensions(invoice: etree._Element) -> None:
    """Append an empty extension: Turkish invoices must have one (it holds the signature, which is left out)."""
    content = invoice
    for name in ("UBLExtensions", "UBLExtension", "ExtensionContent"):
        content = etree.SubElement(content, f"{{{NAMESPACES['ext']}}}{name}")
    etree.SubElement(content, "{urn:forwarder:1.0}Origin", nsmap={"fwd": "urn:forwarder:1.0"})


def new_invoice() -> etree._Element:
    """Return an empty Invoice element."""
    return etree.Element(f"{{{NAMESPACES[None]}}}Invoice", nsmap=cast("Mapping[str, str]", NAMESPACES))


def written(invoice: etree._Element) -> str:
    """Return a document as a file holds it: two blanks a level, and a comment that says what it is."""
    body = etree.tostring(invoice, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!--{SYNTHETIC}-->\n{body}'


def shown(invoice: etree._Element) -> str:
    """Return a document as a prompt holds it: without extensions, declaration and comment."""
    for extension in invoice.findall(f"{{{NAMESPACES['ext']}}}UBLExtensions"):
        invoice.remove(extension)
    etree.cleanup_namespaces(invoice)
    return etree.tostring(invoice, encoding="unicode", pretty_print=True)
