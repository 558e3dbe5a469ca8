"""How a reader who knows an issuer's convention finds the reference: the generator's rules, read back from the XML."""

from __future__ import annotations

import re

from lxml import etree

from envs.logisticsqa.generate import Plan
from envs.logisticsqa.generate.shapes import halves

URN = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {"cac": f"{URN}CommonAggregateComponents-2", "cbc": f"{URN}CommonBasicComponents-2"}
FIELDS = {
    "C1": "cac:OrderReference/cbc:ID",
    "C2": "cbc:BuyerReference",
    "C3": "cbc:AccountingCost",
    "C4": "cac:ContractDocumentReference/cbc:ID",
    "C7": "cac:OriginatorDocumentReference/cbc:ID",
}


def candidates(plan: Plan, text: str) -> list[str]:
    """Return what the rule of the document's convention gives: one number, or two where it is irreducible."""
    root = etree.fromstring(text.encode())
    code, issuer = plan.issuer.convention, plan.issuer
    label = issuer.wording(issuer.label)

    def texts(path: str) -> list[str]:
        return [str(one.text) for one in root.findall(path, NS)]

    def noted(path: str) -> list[str]:
        start = f"{label}{issuer.separator}"
        return [note.removeprefix(start) for note in texts(path) if note.startswith(start)]

    def documents(what: str, wanted: str) -> list[str]:
        found = root.findall("cac:AdditionalDocumentReference", NS)
        return [one.findtext("cbc:ID", "", NS) for one in found if one.findtext(f"cbc:{what}", "", NS) == wanted]

    def either() -> list[str]:
        return noted("cbc:Note") if issuer.in_notes else documents("DocumentType", label)

    if code in FIELDS:
        return texts(FIELDS[code])
    if code in ("A1", "B1"):
        return noted("cbc:Note")
    if code in ("A2", "B2"):
        return documents("DocumentType", label)
    if code in ("A3", "B4"):
        if issuer.language == "tr":
            path = "cac:InvoiceLine/cac:Item/cac:AdditionalItemIdentification/cbc:ID"
            return [str(one.text) for one in root.findall(path, NS) if one.get("schemeID") == label]
        pairs = root.findall("cac:InvoiceLine/cac:Item/cac:AdditionalItemProperty", NS)
        return [one.findtext("cbc:Value", "", NS) for one in pairs if one.findtext("cbc:Name", "", NS) == label]
    if code == "B3":
        return noted("cac:InvoiceLine/cbc:Note")
    if code == "B5":
        return documents("DocumentDescription", label)
    if code == "B6":
        return documents("DocumentTypeCode", "File ID")
    if code == "C5":
        return [texts("cac:InvoiceLine/cac:Item/cbc:Description")[0].split(" / ")[0]]
    if code == "C6":
        return [note.split(" / ")[1] for note in texts("cbc:Note") if note.count(" / ") == 2]
    if code == "D1":
        return [value.removeprefix("KN/") for value in either()]
    if code == "D2":
        return [re.sub(r"/\d\d$", "", value) for value in either()]
    if code == "D3":
        joiner = halves(plan.reference)[1]
        return [f"{noted('cbc:Note')[0]}{joiner}{documents('DocumentType', label)[0]}"]
    if code == "D4":
        return [value.replace(" ", "") for value in either()]
    return [noted("cbc:Note")[0].split(", ")[-1]]
