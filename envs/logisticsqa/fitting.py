"""Fitting a document to the agent's context window, by a stated policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Policy = Literal["strip", "cut", "fail"]
CHARACTERS_A_TOKEN = 3.2
"""Of UBL in the o200k encoding: the generator's documents have 3.2 (measured)."""

_PAYLOAD = re.compile(
    r"<(?:\w+:)?(EmbeddedDocumentBinaryObject|UBLExtensions|Signature|DigitalSignatureAttachment)\b[^>]*>.*?</(?:\w+:)?\1>",
    re.DOTALL,
)
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


def fit(document: str, max_tokens: int, policy: Policy) -> Fitted | None:
    """Fit a document into so many tokens, estimated from its characters.

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
    room = int(max_tokens * CHARACTERS_A_TOKEN)
    if len(document) <= room:
        return Fitted(document, 0, "whole")
    if policy == "fail":
        return None
    text = _PAYLOAD.sub("", document) if policy == "strip" else document
    if len(text) <= room:
        return Fitted(text, len(document) - len(text), "stripped")
    head = max(0, room - len(CUT)) * 2 // 3
    tail = max(0, room - len(CUT) - head)
    text = text[:head] + CUT + text[len(text) - tail :]
    return Fitted(text, len(document) - len(text) + len(CUT), "cut")
