"""What a text task shows: fields, options, numbers, words, and the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_FIELD = re.compile(r"^[ \t*-]*([A-Za-zÀ-ɏ][\wÀ-ɏ /#.'-]{0,40}?)[ \t]*[:=][ \t]*(\S[^\n]*)$", re.MULTILINE)
_TAG = re.compile(r"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>([^<>]+)</\1>")
_OPTION = re.compile(r"^[ \t]*\(?([A-Ha-h]|\d)[).][ \t]+(\S[^\n]*)$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)*(?![\w])")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_QUESTION_LABELS = frozenset({"question", "task", "query", "instruction", "q"})


@dataclass(frozen=True, slots=True)
class TextTask:
    """A text task, read.

    Attributes
    ----------
    question
        The sentence that asks, or the first line.
    subject
        What the question is about where that shows: after a colon, or in quotation marks; else the text.
    """

    text: str
    question: str
    subject: str
    fields: tuple[tuple[str, str], ...]
    options: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Words of the subject."""
        return tuple(_WORD.findall(self.subject))


@lru_cache(maxsize=2048)
def read_task(text: str) -> TextTask:
    """Return what a text task shows."""
    text = text[:40000]
    found = [(label.strip().lower(), value.strip()) for label, value in _FIELD.findall(text)]
    asked = next((value for label, value in found if label in _QUESTION_LABELS), "")
    fields = tuple((label, value) for label, value in found if label not in _QUESTION_LABELS)
    fields += tuple((name.lower(), value.strip()) for name, value in _TAG.findall(text) if value.strip())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    question = asked or next((line for line in lines if "?" in line), lines[0] if lines else "")
    options = tuple(value.strip() for _, value in _OPTION.findall(text))
    quoted = re.findall(r"[\"“]([^\"”]+)[\"”]", text)
    if quoted:
        subject = quoted[-1]
    elif len(fields) == 1 and not options:
        subject = fields[0][1]
    else:
        subject = text
    return TextTask(
        text, question, subject=subject, fields=fields, options=options, numbers=tuple(_NUMBER.findall(text))
    )


def value_of(number: str) -> float:
    """Return the value of a number as written; commas before three digits separate thousands."""
    plain = re.sub(r",(?=\d{3}\b)", "", number).replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return 0.0
