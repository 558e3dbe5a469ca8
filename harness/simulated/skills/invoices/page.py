"""An invoice as the reader sees it: entries, each with the label and the element that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .words import COUNTRIES, family_of, fold

_TAG = re.compile(r"<(/?)(?:\w+:)?(\w+)((?:\s[^<>]*)?)>([^<]*)")
_SCHEME = re.compile(r'schemeID="([^"]*)"')
_VALUE = re.compile(r"(?:\b[A-Z]{1,4}/)?(?<![A-Za-z])(?:[A-Z]{1,4}-?)?\d[0-9A-Za-z./-]*(?: \d[0-9A-Za-z./-]*)*")
_WORD = re.compile(r"[^\W\d_]{5,}")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A place where a reference may stand.

    Attributes
    ----------
    label, key
        As written, and folded; empty where there is none.
    family
        Of the label.
    element
        Name of the element or aggregate, in small letters.
    raw
        The text without the label.
    position
        In the document, from 0 to 1.
    """

    label: str
    key: str
    family: str
    element: str
    raw: str
    position: float

    @property
    def value(self) -> str:
        """What a plain reader takes from it: the first thing in it that looks like a number."""
        match = _VALUE.search(self.raw)
        return match[0] if match else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The numbers in it, where it lists several."""
        for separator in (" / ", ", "):
            pieces = [piece.strip() for piece in self.raw.split(separator)]
            numbers = [one for one in pieces if sum(c.isdigit() for c in one) >= 3 and not _WORD.search(one)]
            if len(numbers) > 1:
                return tuple(numbers)
        return ()


@dataclass(frozen=True, slots=True)
class Page:
    """A document, read."""

    issuer: str
    language: str
    entries: tuple[Entry, ...]
    words: str


@lru_cache(maxsize=64)
def read_page(text: str) -> Page:
    """Return what a document shows; it may be cut off anywhere."""
    entries = tuple(_entries(text))
    supplier = text.partition("AccountingSupplierParty")[2][:6000]
    name = re.search(r"PartyName>\s*<(?:\w+:)?Name[^<>]*>([^<]*)<", supplier)
    country = re.search(r"IdentificationCode[^<>]*>\s*([A-Z]{2})\s*<", supplier)
    issuer = _plain(name[1]) if name else ""
    words = " ".join([fold(issuer), *(f"{one.key} {fold(one.raw)}" for one in entries)])
    return Page(issuer, COUNTRIES.get(country[1], "") if country else "", entries, f" {words} ")


def _entries(text: str) -> Iterator[Entry]:
    size = max(1, len(text))
    stack: list[str] = []
    leaves: dict[str, str] = {}
    for match in _TAG.finditer(text):
        closing, name, attributes, content = match.groups()
        if closing:
            if stack and stack[-1] == name:
                stack.pop()
                if name.endswith("Reference") or name == "AdditionalItemProperty":
                    yield from _grouped(name, leaves, match.start() / size)
                    leaves = {}
            continue
        if attributes.endswith("/"):
            continue
        parent = stack[-1] if stack else ""
        stack.append(name)
        content = content.strip()
        if not content:
            if name.endswith("Reference") or name == "AdditionalItemProperty":
                leaves = {}
            continue
        value, position = _plain(content), match.start() / size
        if parent.endswith("Reference") or parent == "AdditionalItemProperty":
            leaves[name] = value
        elif name == "Note" and parent in ("Invoice", "InvoiceLine", ""):
            yield from _noted(value, position)
        elif name in ("BuyerReference", "AccountingCost") or (name == "Description" and parent == "Item"):
            yield _entry("", name, value, position)
        elif parent == "AdditionalItemIdentification" and (scheme := _SCHEME.search(attributes)):
            yield _entry(_plain(scheme[1]), parent, value, position)


def _grouped(name: str, leaves: dict[str, str], position: float) -> Iterator[Entry]:
    value = leaves.get("ID") or leaves.get("Value")
    if value and name != "ExternalReference":
        labels = ("DocumentType", "DocumentDescription", "DocumentTypeCode", "Name")
        label = next((leaves[one] for one in labels if leaves.get(one)), "")
        yield _entry(label, name, value, position)


def _noted(text: str, position: float) -> Iterator[Entry]:
    for piece in re.split(r"\s*[;|]\s*", text):
        match = _VALUE.search(piece)
        if match:
            label = piece[: match.start()].rstrip(" :=-").strip()
            yield _entry(label, "Note", piece[match.start() :] if label else piece, position)


def _entry(label: str, element: str, raw: str, position: float) -> Entry:
    key = fold(label)
    return Entry(label, key, family_of(key) if key else "", element.lower(), raw.strip(), position)


def _plain(text: str) -> str:
    text = text.strip()
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text
