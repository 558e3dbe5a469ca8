"""From a plan to a UBL 2.1 invoice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from lxml import etree

from envs.logisticsqa.generate import decoys, goods, sections
from envs.logisticsqa.generate.parties import COUNTRIES, forwarder, party
from envs.logisticsqa.generate.placing import place
from envs.logisticsqa.generate.plan import Plan
from envs.logisticsqa.generate.slots import Slots
from envs.logisticsqa.generate.xml import Node, extensions, new_invoice

LINES = {2: 0.3, 3: 0.5, 4: 0.2}
"""Lines of an invoice, and how often."""

_PROFILES = {"tr": ("TR1.2", "TICARIFATURA"), "": ("urn:trade-invoice:1.0", "urn:freight:billing")}


def invoice(plan: Plan) -> etree._Element:
    """Return the document of a plan."""
    issuer, condition = plan.issuer, plan.condition
    language, rng = issuer.language, plan.rng("invoice")
    currency = COUNTRIES[language][3]
    supplier = party(language, f"{plan.seed}/{issuer.number}", part=issuer.part)
    customer = forwarder(language, plan.seed)
    issued = plan.issued
    due = issued + timedelta(days=rng.choice((15, 30, 45, 60)))
    count = rng.choices(list(LINES), list(LINES.values()))[0]
    billed = goods.lines(language, condition.service, count=count, rng=rng)
    slots = Slots()
    place(slots, plan, dearest=goods.dearest(billed), count=count)
    decoys.scatter(slots, plan, rng=rng)
    root = new_invoice()
    extensions(root)
    invoice = Node(root, currency)
    number = f"{'QZX' if language == 'tr' else 'INV'}2026{rng.randint(0, 10**9 - 1):09d}"
    _head(invoice, plan, slots=slots, number=number, issued=issued, currency=currency, count=len(billed), rng=rng)
    sections.references(invoice, slots, issued=issued)
    if language == "tr":
        sections.signature(invoice, supplier, number=number)
    scheme = goods.TAX[language][0] if language != "tr" else "KDV"
    sections.company(invoice.group("AccountingSupplierParty"), supplier, scheme=scheme)
    sections.company(invoice.group("AccountingCustomerParty"), customer, scheme=scheme)
    consignee = party(language, f"consignee/{plan.seed}/{plan.split}/{plan.index % 512}")
    sections.delivery(invoice, consignee, when=issued - timedelta(days=rng.randint(1, 6)))
    net = sum((line.net for line in billed), Decimal(0))
    tax = sum((line.tax for line in billed), Decimal(0))
    sections.payment(
        invoice,
        supplier,
        due=due,
        note=goods.terms(language, due, total=net + tax, currency=currency),
        currency=currency,
    )
    sections.taxes(invoice, language, taxable=net, tax=tax)
    sections.totals(invoice, billed)
    for position, line in enumerate(billed, 1):
        sections.line(invoice, position, billed=line, slots=slots, language=language, period=issued.strftime("%m/%Y"))
    return root


def _head(
    invoice: Node, plan: Plan, *, slots: Slots, number: str, issued: date, currency: str, count: int, rng: Random
) -> None:
    language = plan.issuer.language
    customization, profile = _PROFILES["tr" if language == "tr" else ""]
    invoice.text("UBLVersionID", "2.1").text("CustomizationID", customization).text("ProfileID", profile)
    invoice.text("ID", number).text("CopyIndicator", "false")
    invoice.text("UUID", str(UUID(int=rng.getrandbits(128), version=4)).upper())
    invoice.text("IssueDate", issued.isoformat())
    invoice.text("InvoiceTypeCode", "SATIS" if language == "tr" else "380")
    for note in slots.notes:
        invoice.text("Note", note)
    invoice.text("DocumentCurrencyCode", currency)
    if slots.accounting_cost:
        invoice.text("AccountingCost", slots.accounting_cost)
    invoice.text("LineCountNumeric", count)
    if slots.buyer_reference:
        invoice.text("BuyerReference", slots.buyer_reference)
