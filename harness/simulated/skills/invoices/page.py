"""An invoice as the reader sees it: entries, each with the label and the element that it stands under."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .words import COUNTRIES, family_of, fold, part_of, service_of

_TAG = re.compile(r"<(/?)(?:\w+:)?(\w+)((?:\s[^<>]*)?)>([^<]*)")
_SCHEME = re.compile(r'schemeID="([^"]*)"')
_VALUE = re.compile(r"(?:\b[A-Z]{1,4}/)?(?<![A-Za-z])(?:[A-Z]{1,4}-?)?\d[0-9A-Za-z./-]*(?: \d[0-9A-Za-z./-]*)*")
_WORD = re.compile(r"[^\W\d_]{5,}")
_DATE = re.compile(r"\((\d{4}-\d\d-\d\d)\)")
_BRANCH = re.compile(r"<(?:\w+:)?Note>([^<:=]{3,40})[:=] ?([A-Z])</")
_LINE = re.compile(r"<(?:\w+:)?(?:Invoice|CreditNote|DebitNote)Line>")
_AMOUNT = re.compile(r"LineExtensionAmount[^<>]*>\s*(-?\d+(?:\.\d+)?)")
_BILLED = re.compile(r"<(?:\w+:)?(?:Name|Description)>([^<]*)<")
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
    line
        Of the invoice, from 1; 0 for the header.
    """

    label: str
    key: str
    family: str
    element: str
    raw: str
    position: float
    line: int = 0

    @property
    def value(self) -> str:
        """What a plain reader takes from it: the first thing in it that looks like a number."""
        match = _VALUE.search(self.raw)
        return match[0] if match else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The numbers in it, where it lists several."""
        for separator in (" / ", ", "):
            pieces = [_DATE.sub("", piece).strip() for piece in self.raw.split(separator)]
            numbers = [one for one in pieces if sum(c.isdigit() for c in one) >= 3 and not _WORD.search(one)]
            if len(numbers) > 1:
                return tuple(numbers)
        return ()

    @property
    def dates(self) -> tuple[str, ...]:
        """The dates in it, which stand after its numbers in parentheses."""
        return tuple(_DATE.findall(self.raw))


@dataclass(frozen=True, slots=True)
class Page:
    """A document, read.

    Attributes
    ----------
    service, part
        What kind of service its lines bill, and what the issuer is; empty where nothing says so.
    dearest
        The line with the highest amount, from 1; 0 where there is none.
    branch
        A branch letter that stands in a note of its own.
    """

    issuer: str
    language: str
    entries: tuple[Entry, ...]
    words: str
    service: str = ""
    part: str = ""
    dearest: int = 0
    branch: str = ""

    def shows(self, condition: str) -> bool:
        """Return whether a condition such as ``lang:tr`` or ``seen:some words`` holds."""
        kind, _, what = condition.partition(":")
        if kind == "seen":
            return f" {what} " in self.words
        return what == {"lang": self.language, "service": self.service, "part": self.part}.get(kind, "")


@lru_cache(maxsize=64)
def read_page(text: str) -> Page:
    """Return what a document shows; it may be cut off anywhere."""
    entries = tuple(_entries(text))
    supplier = text.partition("AccountingSupplierParty")[2][:6000]
    name = re.search(r"PartyName>\s*<(?:\w+:)?Name[^<>]*>([^<]*)<", supplier)
    country = re.search(r"IdentificationCode[^<>]*>\s*([A-Z]{2})\s*<", supplier)
    issuer = _plain(name[1]) if name else ""
    words = " ".join([fold(issuer), *(f"{one.key} {fold(one.raw)}" for one in entries)])
    language = COUNTRIES.get(country[1], "") if country else ""
    lines = _LINE.split(text)[1:]
    amounts = [float(found[1]) if (found := _AMOUNT.search(line)) else 0.0 for line in lines]
    services = Counter(filter(None, (service_of(fold(_billed(line))) for line in lines)))
    return Page(
        issuer,
        language,
        entries,
        f" {words} ",
        service=max(services, key=lambda name: services[name], default=""),
        part=part_of(fold(issuer)),
        dearest=1 + amounts.index(max(amounts)) if amounts else 0,
        branch=next((letter for label, letter in _BRANCH.findall(text) if family_of(fold(label)) == "branch"), ""),
    )


def _billed(line: str) -> str:
    """Return what a line bills: the name of its item."""
    found = _BILLED.search(line.partition("Item>")[2])
    return _plain(found[1]) if found else ""


def _entries(text: str) -> Iterator[Entry]:
    size = max(1, len(text))
    stack: list[str] = []
    line = 0
    leaves: dict[str, str] = {}
    for match in _TAG.finditer(text):
        closing, name, attributes, content = match.groups()
        if closing:
            if stack and stack[-1] == name:
                stack.pop()
                if name.endswith("Reference") or name == "AdditionalItemProperty":
                    yield from _grouped(name, leaves, position=match.start() / size, line=line)
                    leaves = {}
            continue
        if attributes.endswith("/"):
            continue
        parent = stack[-1] if stack else ""
        stack.append(name)
        line += name.endswith("Line") and parent in ("Invoice", "CreditNote", "DebitNote")
        content = content.strip()
        if not content:
            if name.endswith("Reference") or name == "AdditionalItemProperty":
                leaves = {}
            continue
        value, position = _plain(content), match.start() / size
        if parent.endswith("Reference") or parent == "AdditionalItemProperty":
            leaves[name] = value
        elif name == "Note" and parent in ("Invoice", "InvoiceLine", ""):
            yield from _noted(value, position, line=line)
        elif name in ("BuyerReference", "AccountingCost") or (name == "Description" and parent == "Item"):
            yield _entry("", name, raw=value, position=position, line=line)
        elif parent == "AdditionalItemIdentification" and (scheme := _SCHEME.search(attributes)):
            yield _entry(_plain(scheme[1]), parent, raw=value, position=position, line=line)


def _grouped(name: str, leaves: dict[str, str], *, position: float, line: int) -> Iterator[Entry]:
    value = leaves.get("ID") or leaves.get("Value")
    if value and name != "ExternalReference":
        labels = ("DocumentType", "DocumentDescription", "DocumentTypeCode", "Name")
        label = next((leaves[one] for one in labels if leaves.get(one)), "")
        yield _entry(label, name, raw=value, position=position, line=line)


def _noted(text: str, position: float, *, line: int) -> Iterator[Entry]:
    for piece in re.split(r"\s*[;|]\s*", text):
        match = _VALUE.search(piece)
        if match:
            label = piece[: match.start()].rstrip(" :=-").strip()
            yield _entry(label, "Note", raw=piece[match.start() :] if label else piece, position=position, line=line)


def _entry(label: str, element: str, *, raw: str, position: float, line: int) -> Entry:
    key = fold(label)
    return Entry(
        label,
        key,
        family=family_of(key) if key else "",
        element=element.lower(),
        raw=raw.strip(),
        position=position,
        line=line,
    )


def _plain(text: str) -> str:
    text = text.strip()
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text
