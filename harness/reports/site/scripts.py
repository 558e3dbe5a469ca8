"""Data as scripts: what pages load on demand from disk, where `fetch` may not read; safe whatever the texts say."""

from __future__ import annotations

import hashlib
import re

import orjson

from harness.llm.redact import clean_bytes

Payload = dict[str, object]
"""What a page's script reads. Names that come from a record are values in it, never keys."""

_ESCAPES = (
    (b"<", b"\\u003c"),
    (b">", b"\\u003e"),
    (b"&", b"\\u0026"),
    ("\u2028".encode(), b"\\u2028"),
    ("\u2029".encode(), b"\\u2029"),
)
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def data_script(key: str, payload: Payload) -> bytes:
    """Return a script that hands a payload to the page under a key.

    All of it is JSON in which no ``<``, ``>``, ``&`` or line separator stands bare (they occur in strings only).
    """
    return clean_bytes(b"siteData(" + escaped(orjson.dumps(key)) + b"," + escaped(orjson.dumps(payload)) + b");\n")


def escaped(data: bytes) -> bytes:
    """Return JSON that can end no script element and holds no line terminator of JavaScript."""
    for bare, safe in _ESCAPES:
        data = data.replace(bare, safe)
    return data


def slug(name: str) -> str:
    """Return a name as it may stand in a path and an address: itself, or a digest of it."""
    if _PLAIN.fullmatch(name):
        return name
    return hashlib.sha256(name.encode()).hexdigest()[:16]
