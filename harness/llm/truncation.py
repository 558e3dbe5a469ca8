"""Whether a server cut a prompt without a word: some (Ollama) drop its beginning at their own window and answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.core.messages import Answer, Message

_PLAUSIBLE = 5
"""Letters a token: up to this ratio a count is believed without counting here (English has 4 to 5)."""

_SHARE = 0.7
"""A count below this share of our own is not explained by another tokenizer."""


def is_cut(messages: Sequence[Message], answer: Answer, count: Callable[[str], int]) -> bool:
    """Return whether the server read far fewer tokens than the prompt has."""
    read = answer.usage.prompt
    letters = sum(len(message.content) for message in messages)
    if not read or letters <= _PLAUSIBLE * read:
        return False
    return read < _SHARE * sum(count(message.content) for message in messages)
