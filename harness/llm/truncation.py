"""Whether a server cut a prompt without a word: some (Ollama) drop its beginning at their own window and answer."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence

from harness.core.messages import Answer, Message

_WORDS = string.ascii_letters.encode() + b" "
_LETTERS, _OTHERS = 5, 2.5
"""Bytes a token, of letters and blanks and of all else (digits, marks, other scripts): hardly any text has more."""

_SHARE = 0.7
"""A count below this share of our own is not explained by another tokenizer."""


def is_cut(messages: Sequence[Message], answer: Answer, *, count: Callable[[str], int]) -> bool:
    """Return whether the server read far fewer tokens than the prompt has."""
    read = answer.usage.prompt
    texts = [message.content for message in messages]
    if not read or sum(map(_likely, texts)) <= read:
        return False
    return read < _SHARE * sum(map(count, texts))


def _likely(text: str) -> float:
    """Return about how many tokens a text has, rather less, at a hundredth of what counting takes."""
    data = text.encode("utf-8", "replace")
    others = len(data.translate(None, _WORDS))
    return (len(data) - others) / _LETTERS + others / _OTHERS
