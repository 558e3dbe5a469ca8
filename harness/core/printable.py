"""Text from outside as a terminal, a log or a page may show it."""

from __future__ import annotations

import re

_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but for tab and newline
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, invisible, line ends
    "\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_LINES = re.compile(f"[{_UNSAFE}]")
_LINE = re.compile(f"[{_UNSAFE}\t\n]")


def printable(text: str, *, lines: bool = False) -> str:
    """Return a text in which nothing can move the cursor, speak to the terminal or turn the reading direction.

    Control characters, bidirectional and invisible format characters, line separators and lone surrogates become
    visible escapes such as ``\\x1b`` and ``\\u202e``. Letters of every script stay, joiners included.

    Parameters
    ----------
    lines
        Whether newlines and tabs stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return (_LINES if lines else _LINE).sub(_escape, text)


def json_printable(text: str) -> str:
    """Return a JSON document with the same characters as ``\\uXXXX``: it shows nothing raw and reads back the same."""
    return _LINES.sub(lambda match: "".join(f"\\u{unit:04x}" for unit in _units(match.group())), text)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    return known or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _units(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]
