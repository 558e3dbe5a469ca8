"""The parts of an invoice, each as a UBL aggregate. Their order is that of both UBL 2.1 and UBL-TR 1.2.1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from envs.logisticsqa.generate.goods import TAX, Line
from envs.logisticsqa.generate.parties import Party
from envs.logisticsqa.generate.slots import Reference, Slots
from envs.logisticsqa.generate.xml import Node

TYPE_CODES = "urn:forwarder:1.0:documenttypecode"


def references(invoice: Node, slots: Slots, *, issued: date) -> None:
    """Write the references of the header."""
    ordered = (issued - timedelta(days=9)).isoformat()
    if slots.order:
        invoice.group("OrderReference").text("ID", slots.order).text("IssueDate", ordered)
    for number in slots.despatch:
        invoice.group("DespatchDocumentReference").text("ID", number).text("IssueDate", ordered)
    if slots.contract:
        invoice.group("ContractDocumentReference").text("ID", slots.contract).text("IssueDate", ordered)
    for one in slots.additional:
        _additional(invoice, one, issued=ordered)


def _additional(invoice: Node, one: Reference, *, issued: str) -> None:
    document = invoice.group("AdditionalDocumentReference").text("ID", one.id).text("IssueDate", issued)
    if one.type_code:
        document.text("DocumentTypeCode", one.type_code, listID=TYPE_CODES)
    if one.type:
        document.text("DocumentType", one.type)
    if one.description:
        document.text("DocumentDescription", one.description)


def signature(invoice: Node, party: Party, *, number: str) -> None:
    """Write who signed: Turkish invoices must say it."""
    signed = invoice.group("Signature").text("ID", party.number, schemeID="VKN_TCKN")
    signatory = signed.group("SignatoryParty")
    signatory.group("PartyIdentification").text("ID", party.number, schemeID="VKN")
    address(signatory.group("PostalAddress"), party)
    signed.group("DigitalSignatureAttachment").group("ExternalReference").text("URI", f"#Signature_{number}")


def address(node: Node, party: Party) -> None:
    """Write an address into its element."""
    node.text("StreetName", party.street).text("BuildingNumber", party.building)
    node.text("CitySubdivisionName", party.district).text("CityName", party.city).text("PostalZone", party.postal)
    node.group("Country").text("IdentificationCode", party.country).text("Name", party.country_name)


def company(node: Node, party: Party, *, scheme: str) -> None:
    """Write a party."""
    inner = node.group("Party")
    inner.group("PartyIdentification").text("ID", party.number, schemeID="VKN" if party.country == "TR" else "VAT")
    inner.group("PartyName").text("Name", party.name)
    address(inner.group("PostalAddress"), party)
    tax = inner.group("PartyTaxScheme").text("CompanyID", party.number)
    tax.group("TaxScheme").text("ID", scheme).text("Name", scheme)
    inner.group("PartyLegalEntity").text("RegistrationName", party.name).text("CompanyID", party.number)
    contact = inner.group("Contact").text("Name", party.contact)
    contact.text("Telephone", party.phone).text("ElectronicMail", party.mail)


def delivery(invoice: Node, place: Party, *, when: date) -> None:
    """Write where the goods went."""
    node = invoice.group("Delivery").text("ActualDeliveryDate", when.isoformat())
    address(node.group("DeliveryAddress"), place)


def payment(invoice: Node, party: Party, *, due: date, note: str, currency: str) -> None:
    """Write how and when to pay."""
    means = invoice.group("PaymentMeans").text("PaymentMeansCode", "42").text("PaymentDueDate", due.isoformat())
    means.group("PayeeFinancialAccount").text("ID", party.account).text("CurrencyCode", currency)
    invoice.group("PaymentTerms").text("Note", note).text("PaymentDueDate", due.isoformat())


def taxes(node: Node, language: str, *, taxable: Decimal, tax: Decimal) -> None:
    """Write a tax total with its one subtotal."""
    code, name, percent = TAX[language]
    subtotal = node.group("TaxTotal").amount("TaxAmount", tax).group("TaxSubtotal")
    subtotal.amount("TaxableAmount", taxable).amount("TaxAmount", tax).text("Percent", percent)
    scheme = subtotal.group("TaxCategory").group("TaxScheme")
    scheme.text("Name", name).text("TaxTypeCode", code)


def totals(invoice: Node, billed: Sequence[Line]) -> None:
    """Write the totals of a document."""
    net = sum((line.net for line in billed), Decimal(0))
    gross = net + sum((line.tax for line in billed), Decimal(0))
    node = invoice.group("LegalMonetaryTotal").amount("LineExtensionAmount", net).amount("TaxExclusiveAmount", net)
    node.amount("TaxInclusiveAmount", gross).amount("PayableAmount", gross)


def line(invoice: Node, number: int, *, billed: Line, slots: Slots, language: str, period: str) -> None:
    """Write a line with its notes; the first one carries the item properties."""
    node = invoice.group("InvoiceLine").text("ID", number)
    for note in slots.line_notes.get(number, ()):
        node.text("Note", note)
    node.text("InvoicedQuantity", billed.quantity, unitCode="C62").amount("LineExtensionAmount", billed.net)
    if billed.discount:
        allowance = node.group("AllowanceCharge").text("ChargeIndicator", "false")
        allowance.text("MultiplierFactorNumeric", "0.05").amount("Amount", billed.discount)
        allowance.amount("BaseAmount", billed.quantity * billed.price)
    taxes(node, language, taxable=billed.net, tax=billed.tax)
    item = node.group("Item").text("Description", f"{billed.service}, {period}").text("Name", billed.service)
    item.group("SellersItemIdentification").text("ID", f"SRV-{len(billed.service):03d}")
    if number == 1:
        properties(item, slots.properties, language=language)
    node.group("Price").amount("PriceAmount", billed.price)


def properties(item: Node, pairs: Sequence[tuple[str, str]], *, language: str) -> None:
    """Write item properties; UBL-TR has none, and numbers with a scheme stand in for them."""
    for name, value in pairs:
        if language == "tr":
            item.group("AdditionalItemIdentification").text("ID", value, schemeID=name)
        else:
            item.group("AdditionalItemProperty").text("Name", name).text("Value", value)
