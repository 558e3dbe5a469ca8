"""Fitting a document to the agent's context window, by a stated policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

Policy = Literal["strip", "cut", "fail"]
CHARACTERS_A_TOKEN = 3.2
"""Of UBL in the o200k encoding: the generator's documents have 3.2 (measured)."""
BASE64_A_TOKEN = 1.5
"""Characters a token of base64 (attachments, certificates, signatures), in the same encoding."""

_BASE64 = re.compile(r"[A-Za-z0-9+/=]{64,}")  # words of 64 letters and more: no language has them
_PAYLOAD = ("EmbeddedDocumentBinaryObject", "UBLExtensions", "Signature", "DigitalSignatureAttachment")
_SMALLER = 0.9
CUT = "\n<!-- cut -->\n"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A document as the agent sees it.

    Attributes
    ----------
    cut
        How many characters were left out.
    how
        ``whole``, ``stripped`` (attachments and signatures left out) or ``cut`` (the middle, too).
    """

    text: str
    cut: int
    how: Literal["whole", "stripped", "cut"]


def tokens(text: str) -> float:
    """Estimate the tokens of a document from its characters; base64 counts for what it is."""
    encoded = sum(match.end() - match.start() for match in _BASE64.finditer(text))
    return encoded / BASE64_A_TOKEN + (len(text) - encoded) / CHARACTERS_A_TOKEN


def fit(document: str, max_tokens: int, *, policy: Policy) -> Fitted | None:
    """Fit a document into a number of tokens, as `tokens` estimates them.

    Parameters
    ----------
    policy
        ``strip``: leave attachments, extensions and signatures out, and only then, if need be, cut.
        ``cut``: keep the beginning and the end, two to one, since references stand in headers and lines.
        ``fail``: never.

    Returns
    -------
    Fitted or None
        None where the policy is ``fail`` and the document is too long.
    """
    if tokens(document) <= max_tokens:
        return Fitted(document, 0, "whole")
    if policy == "fail":
        return None
    text = stripped(document) if policy == "strip" else document
    if tokens(text) <= max_tokens:
        return Fitted(text, len(document) - len(text), "stripped")
    short = _without_middle(text, max_tokens)
    return Fitted(short, len(document) - len(short) + len(CUT), "cut")


def stripped(document: str) -> str:
    """Return a document without attachments, extensions and signatures, whatever their prefixes; else unchanged."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(document.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return document
    if root is None:
        return document
    found = [one for one in root.iter("{*}*") if str(one.tag).rpartition("}")[2].rpartition(":")[2] in _PAYLOAD]
    for element in found:
        element.tag = _REMOVED
    etree.strip_elements(root, _REMOVED, with_tail=False)
    return etree.tostring(root, encoding="unicode") if found else document


_REMOVED = "removed"


def _without_middle(text: str, max_tokens: int) -> str:
    room = float(min(len(text), max_tokens * CHARACTERS_A_TOKEN))
    while True:
        letters = max(0, int(room) - len(CUT))
        head = letters * 2 // 3
        short = text[:head] + CUT + text[len(text) - (letters - head) :]
        if not letters or tokens(short) <= max_tokens:
            return short
        room *= _SMALLER
