"""A document in short, for optimizers: issuer, references and lines; no parties' addresses, taxes, or totals."""

from __future__ import annotations

from lxml import etree

from envs.logisticsqa.documents import parsed
from envs.logisticsqa.references import find, name, references

_ISSUER = (("PartyName", "Name"), ("PartyLegalEntity", "RegistrationName"))
_AMOUNT = "LineExtensionAmount"


def digest(document: str) -> str:
    """Return the digest of an invoice's text: a line for each thing that a rule about references may depend on."""
    root = parsed(document.encode())
    lines = [f"Issuer: {issuer}"] if (issuer := _issuer(root)) else []
    lines += [_written(one.path, one.label, value=one.value) for one in references(root)]
    billed = (child for child in root.iterchildren("{*}*") if name(child).endswith("Line"))
    for number, line in enumerate(billed, 1):
        what = find(line, "Item", "Name") or find(line, "Item", "Description")
        lines.append(f"{name(line)}[{number}]: {what}, {find(line, _AMOUNT)}")
    return "\n".join(lines)


def _issuer(root: etree._Element) -> str:
    for child in root.iterchildren("{*}AccountingSupplierParty"):
        called = next((text for path in _ISSUER if (text := find(child, "Party", *path))), "")
        country = next((one.text or "" for one in child.iter("{*}IdentificationCode")), "")
        return ", ".join(part for part in (called, country.strip()) if part)
    return ""


def _written(path: str, label: str, *, value: str) -> str:
    return f"{path} ({label}): {value}" if label else f"{path}: {value}"
