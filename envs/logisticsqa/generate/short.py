"""A document in some ten lines, for small models: the same references and lines, and nothing else of the invoice."""

from __future__ import annotations

from lxml import etree

from envs.logisticsqa.generate.xml import NAMESPACES

_CAC, _CBC = f"{{{NAMESPACES['cac']}}}", f"{{{NAMESPACES['cbc']}}}"
_HEADER = {
    f"{_CBC}ID", f"{_CBC}IssueDate", f"{_CBC}Note", f"{_CAC}AdditionalDocumentReference",
    f"{_CAC}AccountingSupplierParty", f"{_CAC}InvoiceLine",
}  # fmt: skip
_WITHIN = {
    f"{_CAC}Party", f"{_CAC}PartyName", f"{_CBC}Name", f"{_CBC}ID", f"{_CBC}Note", f"{_CBC}DocumentType",
    f"{_CBC}DocumentTypeCode", f"{_CBC}DocumentDescription", f"{_CBC}LineExtensionAmount", f"{_CAC}Item",
    f"{_CAC}PostalAddress", f"{_CAC}Country", f"{_CBC}IdentificationCode",
}  # fmt: skip


def shortened(invoice: etree._Element) -> str:
    """Return an invoice with one line an element of the header, a party, or an invoice line."""
    for child in list(invoice):
        if child.tag in _HEADER:
            _prune(child)
        else:
            invoice.remove(child)
    for element in invoice.iter():
        element.tag = etree.QName(element).localname
        element.tail = None
    etree.cleanup_namespaces(invoice)
    body = [etree.tostring(child, encoding="unicode") for child in invoice]
    return "\n".join(["<Invoice>", *body, "</Invoice>"]) + "\n"


def _prune(element: etree._Element) -> None:
    for child in list(element):
        if child.tag in _WITHIN:
            _prune(child)
        else:
            element.remove(child)
