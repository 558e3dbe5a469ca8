"""What counts as the agent's answer, and how it is scored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from harness.core.answer_text import labelled, without_thoughts

_MARKS = ":：="
_BARE = re.compile(r"\w[\w ./-]{2,60}")
_WORD = re.compile(r"[^\W\d]{6,}")
_DECORATION = "`*\"'“”«»"
_LENIENT = re.compile(r"[\s.\-‐-―]+")


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as read.

    Attributes
    ----------
    how
        ``line``: one reference after ``Reference:``. ``bare``: the message is nothing but a reference. ``several``:
        lines that contradict each other. ``none``: nothing that is an answer. The reference is empty in the last two.
    """

    reference: str
    how: Literal["line", "bare", "several", "none"]


def read_answer(text: str) -> Read:
    """Read the agent's message, in time linear in its length.

    An answer is what stands after ``Reference:`` on a line, or on the next line, in a code block too; said twice, it
    must be the same. Thoughts (``<think>``) are no answer. A message that is nothing but a number stands for itself.
    Decoration (quotes, Markdown) is taken off, and nothing else: inner spaces count, and a reference in the middle of
    a sentence is no answer.
    """
    text = without_thoughts(text)
    values = (_undecorated(found.value) for found in labelled(text, "reference", marks=_MARKS))
    said = list(dict.fromkeys(value for value in values if value))
    if len(said) == 1:
        return Read(said[0], "line")
    if said:
        return Read("", "several")
    bare = _undecorated(text)
    if _BARE.fullmatch(bare) and any(c.isdigit() for c in bare) and not _WORD.search(bare):
        return Read(bare, "bare")
    return Read("", "none")


def exact(answer: str, truth: str) -> bool:
    """Return whether an answer is the truth to the letter, outer blanks aside. This is the paper's score."""
    return bool(truth.strip()) and answer.strip() == truth.strip()


def lenient(answer: str, truth: str) -> bool:
    """Return whether an answer is the truth when spaces, dots, dashes and the case of letters do not count."""
    wanted = _LENIENT.sub("", truth).casefold()
    return bool(wanted) and _LENIENT.sub("", answer).casefold() == wanted


def _undecorated(text: str) -> str:
    return text.strip().strip(_DECORATION).strip()
