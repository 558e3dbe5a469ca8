"""No text from outside reaches a terminal raw; letters of every script do."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.printable import json_printable, printable

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


SCRIPTS = ["plain", "é ü 中文 العربية हिन्दी", "e\u0301", "👩\u200d🚒", "می\u200cخواهم", "a\u00a0b"]


@pytest.mark.parametrize("text", SCRIPTS)
def test_letters_of_every_script_stay(text: str) -> None:
    assert printable(text) == text


def test_escapes_are_visible() -> None:
    assert printable("\x1b]0;x\x07\x9b31m\u202egnp\n\t\r") == "\\x1b]0;x\\x07\\x9b31m\\u202egnp\\n\\t\\r"
    assert printable("a\n\tb\r\x1b", lines=True) == "a\n\tb\\r\\x1b"
    assert printable("\ud800\U000e0041") == "\\ud800\\U000e0041"


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_nothing_is_left_that_controls_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in shown)
    assert not set(shown) & set(BIDI)
    assert printable(shown) == shown


@given(st.text(max_size=50))
def test_json_reads_back_as_it_was(text: str) -> None:
    shown = json_printable(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert printable(shown, lines=True) == shown
