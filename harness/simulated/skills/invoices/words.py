"""Words of freight invoices: folding of spelling, families of labels in four languages, elements, languages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_OTHER = re.compile(r"[^0-9a-z]+")

_FAMILIES = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b"))
    for name, pattern in (
        ("rival", "return leg|return|donus|vuelta|ritorno|previous|onceki|anterior|precedente|branch|sube|filiale"),
        ("awb", r"awb|[mh]awb|air waybill|hava konsimento\w*|guia aerea|lettera aerea"),
        ("road", "cmr|waybills?|consignment notes?|carta de porte|guia|lettera di vettura|tasima senedi"),
        ("bl", r"b l|bills? of lading|konsimento|conocimiento(?: de embarque)?|polizza di carico|bol"),
        ("delivery", r"delivery notes?|pod|proof of delivery|irsaliye\w*|sevk irsaliyesi|albaran|ddt"),
        ("container", "containers?|konteyner|contenedor"),
        ("plate", "plaka|plates?|vehicle(?: reg(?:istration)?)?|matricula|targa"),
        ("customs", r"mrn|customs|entry no|beyanname|dua|bolletta doganale"),
        ("own", r"job no|job numbers?|our job|is emri|expedicion interno|commessa|vn id"),
        ("order", r"po|purchase orders?|order numbers?|order no|order id|siparis|pedido|ordine"),
        ("file", r"file|dosya|poz no|poz|expediente|su ref|vs pratica|pratica|vs rif|your ref"),
        ("transport", r"transport\w*|shipment|sevkiyat|tasima|yuk ref|expedicion|spedizione|trasporto"),
    )
)
_MENTIONS = {
    "file": r"(?:(?:customer|buyer|client|forwarder)'?s?|their|your) (?:own )?file(?: number| no| id| reference)?"
    r"|file (?:numbers?|no|ids?|references?)",
    "bl": r"b/l(?: numbers?)?|bills? of lading",
    "awb": r"awbs?|air waybills?|mawb|hawb",
    "road": r"(?<!air )waybills?|cmrs?|consignment notes?",
    "delivery": r"delivery notes?|pod|proofs? of delivery",
    "container": r"container(?: numbers?)?",
    "plate": r"(?:licen[cs]e |number )?plates?|vehicle registrations?",
    "customs": r"mrn|customs (?:entry|declaration)s?(?: numbers?)?",
    "own": r"job numbers?|(?:supplier|issuer|haulier)'?s (?:own )?(?:job |file |reference )numbers?",
    "order": r"purchase orders?|order numbers?|po numbers?",
    "rival": r"previous (?:file|reference)s?|return legs?|branch (?:file|record)s?",
}
MENTION = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _MENTIONS.items()), re.IGNORECASE)
"""A kind of number that a sentence names without quotation marks."""

_SPOKEN = {
    "order reference": "orderreference",
    "buyer reference": "buyerreference",
    "buyer's reference": "buyerreference",
    "accounting cost": "accountingcost",
    "contract document reference": "contractdocumentreference",
    "contract reference": "contractdocumentreference",
    "originator document reference": "originatordocumentreference",
    "additional document reference": "additionaldocumentreference",
    "despatch document reference": "despatchdocumentreference",
    "item property": "additionalitemproperty",
    "line description": "description",
    "item description": "description",
}
ELEMENTS = frozenset({*_SPOKEN.values(), "note", "additionalitemidentification", "description"})
_ELEMENT = re.compile(
    r"\b(?:c[ab]c:)?([A-Z][a-z]+(?:[A-Z][a-z]+)+|Note|Description)\b|\b("
    + "|".join(map(re.escape, _SPOKEN))
    + r"|notes?)\b"
)
_LANGUAGES = {"turkish": "tr", "english": "en", "british": "en", "spanish": "es", "italian": "it"}
LANGUAGE = re.compile(rf"\b({'|'.join(_LANGUAGES)})\b", re.IGNORECASE)
COUNTRIES = {"TR": "tr", "GB": "en", "IE": "en", "US": "en", "ES": "es", "MX": "es", "CO": "es", "PE": "es", "IT": "it"}


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Return a text in small letters and digits, without accents: ``Nº expediente`` is ``no expediente``."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("İ", "I"))
    return _OTHER.sub(" ", "".join(c for c in plain if not unicodedata.combining(c)).lower()).strip()


@lru_cache(maxsize=4096)
def family_of(key: str) -> str:
    """Return the family of a folded label; nothing if it is a stranger."""
    return next((name for name, pattern in _FAMILIES if pattern.search(key)), "")


def elements_in(text: str) -> list[tuple[int, str]]:
    """Return (place, element) of each UBL element that a sentence names, in its own or in plain words."""
    found = []
    for match in _ELEMENT.finditer(text):
        name = (match[1] or "").lower() or _SPOKEN.get(match[2], "note")
        if name in ELEMENTS:
            found.append((match.start(), name))
    return found


def language_in(text: str) -> str:
    """Return the language that a sentence names, or nothing."""
    match = LANGUAGE.search(text)
    return _LANGUAGES[match[1].lower()] if match else ""
