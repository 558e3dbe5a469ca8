"""Words of freight invoices: folding of spelling, families of labels in four languages, elements, languages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

_OTHER = re.compile(r"[^0-9a-z]+")

_FAMILIES = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b"))
    for name, pattern in (
        (
            "rival",
            "return leg|return|donus|vuelta|ritorno|previous|onceki|anterior|precedente|quotation|teklif|presupuesto"
            "|preventivo",
        ),
        ("branch", "branch|sube|filiale|delegacion"),
        ("awb", r"awb|[mh]awb|air waybill|hava konsimento\w*|guia aerea|lettera aerea"),
        ("road", "cmr|waybills?|consignment notes?|carta de porte|guia|lettera di vettura|tasima senedi"),
        ("bl", r"b l|bills? of lading|konsimento|conocimiento(?: de embarque)?|polizza di carico|bol"),
        ("delivery", r"delivery notes?|pod|proof of delivery|irsaliye\w*|sevk irsaliyesi|albaran|ddt"),
        ("container", "containers?|konteyner|contenedor"),
        ("plate", "plaka|plates?|vehicle(?: reg(?:istration)?)?|matricula|targa"),
        ("customs", r"mrn|customs|entry no|beyanname|dua|bolletta doganale"),
        ("own", r"job no|job numbers?|our job|is emri|expedicion interno|commessa|vn id|internal|ic kayit|interno"),
        ("order", r"po|purchase orders?|order numbers?|order no|order id|siparis|satin alma|pedido|orden|ordine"),
        ("position", r"position|pos no|pozisyon|poz no|poz|posicion|posizione"),
        ("file", r"file|dosya\w*|expediente|su ref|vs pratica|pratica|vs rif|your ref"),
        (
            "transport",
            r"transport\w*|tasima|nakliye|yuk ref|sevkiyat referans\w*|shipment ref|ref expedicion|rif spedizione"
            r"|trasporto",
        ),
        ("shipment", r"shipment|load|sevkiyat|yuk|envio|carga|spedizione|carico|expedicion"),
    )
)
_MENTIONS = {
    "file": r"(?:(?:customer|buyer|client|forwarder)'?s?|their|your) (?:own )?file(?: number| no| id| reference)?"
    r"|file (?:numbers?|no|ids?|references?)",
    "position": r"position (?:numbers?|no)",
    "shipment": r"(?:shipment|load) (?:numbers?|no)",
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


FILES = ("position", "file", "shipment")
"""Families of file numbers, of which any may be the one that counts."""

NAMES = {
    "lang": {"tr": "Turkish", "en": "English", "es": "Spanish", "it": "Italian"},
    "service": {"road": "road", "sea": "sea", "air": "air", "customs": "customs"},
    "part": {"haulier": "hauliers", "broker": "customs brokers", "terminal": "terminals"},
}
"""What a document may show that rules depend on: axis, value, and how a sentence names it."""

_SPOKEN_OF = {
    "service": (
        ("road", r"road|truck(?:ing)?"),
        ("sea", r"sea|ocean"),
        ("air", r"air"),
        ("customs", r"customs(?! (?:broker|agent|entr|declar))"),
    ),
    "part": (
        ("haulier", r"hauliers?|carriers?|transport compan(?:y|ies)"),
        ("broker", r"(?:customs )?(?:brokers?|agents?)"),
        ("terminal", r"terminals?|warehouses?"),
    ),
}
_BILLED = (
    ("customs", r"customs|gumruk\w*|aduan\w*|doganal\w*|sdogan\w*"),
    ("air", r"air\w*|hava\w*|aere\w*|aeropuerto|aeroporto"),
    ("sea", r"sea|ocean|vessel|quay|deniz|gemi|rihtim|maritim\w*|buque|muelle|marittim\w*|nave|banchina"),
    (
        "road",
        r"road|truck|motorway|trailer|karayolu|otoyol|kamyon|tir|carretera|autopista|camion|remolque|strad\w*"
        r"|autostrad\w*|rimorchio",
    ),
)
_CALLED = (
    ("broker", r"customs|gumruk\w*|aduan\w*|dogan\w*"),
    ("terminal", r"terminal\w*|warehous\w*|liman|antrepo|almacen\w*|magazzin\w*"),
    ("haulier", r"haul\w*|carriers?|transport\w*|nakliyat|tasimacilik|trasporti|autotrasporti|trucking"),
)


def conditions_in(text: str) -> list[str]:
    """Return what a condition names, as subjects of rules: one for each combination of its alternatives."""
    axes = [[f"lang:{_LANGUAGES[name.lower()]}" for name in LANGUAGE.findall(text)]]
    for axis, known in _SPOKEN_OF.items():
        axes.append(
            [f"{axis}:{value}" for value, words in known if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)]
        )
    named = [dict.fromkeys(values) for values in axes if values]
    return ["&".join(parts) for parts in product(*named)] if named else []


@lru_cache(maxsize=4096)
def service_of(billed: str) -> str:
    """Return the kind of service that a folded text bills; nothing if it says none."""
    return next((name for name, words in _BILLED if re.search(rf"\b(?:{words})\b", billed)), "")


@lru_cache(maxsize=4096)
def part_of(issuer: str) -> str:
    """Return what an issuer's folded name says that it is; nothing if it says nothing."""
    return next((name for name, words in _CALLED if re.search(rf"\b(?:{words})\b", issuer)), "")
