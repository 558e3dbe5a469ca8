"""Reading a UBL invoice from a file, however hostile: no entities, no DTD, no network, limits on size and depth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

MAX_BYTES = 10_000_000
MAX_DEPTH = 64

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{{{_UBL}CommonAggregateComponents-2}}", f"{{{_UBL}CommonBasicComponents-2}}"
_ROOTS = ("Invoice", "CreditNote", "DebitNote", "FreightInvoice", "SelfBilledInvoice", "SelfBilledCreditNote")
_LANGUAGES = {
    **dict.fromkeys(("TR",), "tr"),
    **dict.fromkeys(("GB", "IE", "US", "AU", "NZ", "CA", "MT"), "en"),
    **dict.fromkeys(("ES", "MX", "CO", "PE", "CL", "AR", "EC", "UY", "BO", "PY", "CR", "PA", "DO", "GT"), "es"),
    **dict.fromkeys(("IT", "SM"), "it"),
}


_ISSUER = (
    f"{_CAC}PartyIdentification/{_CBC}ID",
    f"{_CAC}PartyTaxScheme/{_CBC}CompanyID",
    f"{_CAC}PartyLegalEntity/{_CBC}CompanyID",
    f"{_CBC}EndpointID",
    f"{_CAC}PartyName/{_CBC}Name",
    f"{_CAC}PartyLegalEntity/{_CBC}RegistrationName",
    f"{_CAC}PartyTaxScheme/{_CBC}RegistrationName",
)
_SUPPLIER = f"{_CAC}AccountingSupplierParty"
_ACCOUNTS = (f"{_CBC}CustomerAssignedAccountID", f"{_CBC}AdditionalAccountID")


class BadDocumentError(Exception):
    """A file that is no invoice we read: what is wrong, in a few words."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice in a file, read.

    Attributes
    ----------
    text
        Decoded, without the XML declaration.
    language
        By the issuer's country: ``tr``, ``en``, ``es``, ``it`` or ``other``.
    identity
        Kind of document, issuer and number: two files must not share it.
    """

    text: str
    language: str
    identity: tuple[str, str, str]


def read_invoice(path: Path, max_bytes: int = MAX_BYTES) -> Invoice:
    """Read a UBL invoice.

    Raises
    ------
    BadDocumentError
        If the file is too large or too deep, is not XML in the encoding that it declares, holds a DTD, or is no UBL
        invoice.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise BadDocumentError(f"is too large ({size:,} bytes; the limit is {max_bytes:,})")
        root = parsed(path.read_bytes())
    except OSError as error:
        raise BadDocumentError(f"cannot be read ({error.strerror})") from None
    name = etree.QName(root)
    if not (name.namespace or "").startswith(_UBL) or name.localname not in _ROOTS:
        raise BadDocumentError(f"is no UBL invoice (its root is {name.localname!r})")
    country = root.findtext(f"{_CAC}AccountingSupplierParty//{_CAC}Country/{_CBC}IdentificationCode", "").strip()
    number = root.findtext(f"{_CBC}ID", "").strip()
    if not number:
        raise BadDocumentError("is no UBL invoice (it has no number, cbc:ID)")
    text = etree.tostring(root, encoding="unicode", with_tail=False)
    issuer = _issuer(root) or hashlib.sha256(text.encode()).hexdigest()  # nobody's: only a copy is the same document
    return Invoice(text, _LANGUAGES.get(country.upper(), "other"), (name.localname, issuer, number))


def _issuer(root: etree._Element) -> str:
    """Return what the seller is known by: a number where there is one, else a name."""
    supplier = root.find(_SUPPLIER)
    if supplier is None:
        return ""
    party = supplier.find(f"{_CAC}Party")
    texts = [party.findtext(path, "") for path in _ISSUER] if party is not None else []
    texts += [supplier.findtext(path, "") for path in _ACCOUNTS]
    return next((text.strip() for text in texts if text.strip()), "")


def parsed(content: bytes) -> etree._Element:
    """Return the root of an XML document.

    Raises
    ------
    BadDocumentError
        If it is empty or too deep, is not XML in the encoding that it declares, or holds a DTD.
    """
    if not content.strip():
        raise BadDocumentError("is empty")
    content = content.lstrip(b" \t\r\n")  # some systems write a blank line before the declaration
    try:
        root = _read(content)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if b"<!DOCTYPE" in content[:4096]:
            raise BadDocumentError("has a DTD, which is refused") from None
        raise BadDocumentError(f"is not well-formed XML ({_first_line(error)})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadDocumentError("has a DTD, which is refused")
    if _deeper(root, MAX_DEPTH):
        raise BadDocumentError(f"is nested deeper than {MAX_DEPTH} levels")
    return root


def _read(content: bytes, recover: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=recover,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        # A namespace that is no URI ("xmlns:schemaLocation=...") is common, and harms nothing.
        if recover or any(entry.type_name != "WAR_NS_URI" for entry in parser.error_log):
            raise
        return _read(content, recover=True)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _deeper(root: etree._Element, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False
