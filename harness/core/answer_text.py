"""Where the answer stands in what a model says: outside of its thoughts, after a label, in a code block.

Models put the same answer on the label's line, on the next one, between asterisks or in a code block, with or without
their reasoning before it. Every environment reads them alike, in time that is linear in the answer's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_THOUGHT = re.compile(r"<(/?)(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE = "```"
_BEFORE = " \t*_`>#-•\"'"
"""Decoration that may stand before a label on its line."""
_AROUND = " \t\r\n*_`\"'"
"""Decoration around an answer."""


def without_thoughts(text: str) -> str:
    """Return an answer without its ``<think>`` blocks.

    What stands before a closing tag that nothing opened is thought (chat templates open it in the prompt); so is what
    follows an opening tag that nothing closes.
    """
    kept: list[str] = []
    at, inside = 0, False
    for tag in _THOUGHT.finditer(text):
        closes = bool(tag[1])
        if closes and not inside:
            kept.clear()
        elif not closes and not inside:
            kept.append(text[at : tag.start()])
        inside = not closes
        at = tag.end()
    return "".join(kept) if inside else "".join(kept) + text[at:]


def after_thoughts(text: str) -> str:
    """Return an answer without the ``<think>`` blocks at its beginning; one that it quotes later stays in it."""
    at, inside = 0, False
    for tag in _THOUGHT.finditer(text):
        closes = bool(tag[1])
        if not closes and not inside and text[at : tag.start()].strip():
            break
        inside = not closes
        at = tag.end()
    return "" if inside else text[at:]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a text says after a label.

    Attributes
    ----------
    value
        The answer, without decoration; empty where nothing follows.
    end
        Where it ends in the text.
    """

    value: str
    end: int


def labelled(text: str, label: str, *, marks: str = ":：") -> Iterator[Labelled]:
    """Yield what follows each line that begins with a label: the rest of the line, else the next line with text.

    Parameters
    ----------
    text
        Without thoughts (`without_thoughts`), unless they are to count.
    label
        One or more words; case and the blanks between them do not count.
    marks
        What may stand between label and answer.

    Examples
    --------
    >>> [found.value for found in labelled("**Action:**\\n```\\ngo to desk 1\\n```", "action")]
    ['go to desk 1']
    """
    words = label.casefold().split()
    waiting, at = False, 0
    for line in text.splitlines(keepends=True):
        at += len(line)
        said = _after_label(line, words, marks=marks)
        if said is None:
            plain = "" if line.lstrip().startswith(_FENCE) else line.strip(_AROUND)
            if waiting and plain:
                yield Labelled(plain, at)
                waiting = False
            continue
        if waiting:
            yield Labelled("", at - len(line))
        value = "" if _opens_block(said) else said.strip(_AROUND)
        waiting = not value
        if value:
            yield Labelled(value, at)
    if waiting:
        yield Labelled("", at)


def _after_label(line: str, words: list[str], *, marks: str) -> str | None:
    """Return what a line says after its label, or None where it does not begin with the label."""
    rest = line.lstrip(_BEFORE)
    for word in words:
        if rest[: len(word)].casefold() != word:
            return None
        rest = rest[len(word) :].lstrip()
    rest = rest.lstrip(_BEFORE)
    return rest[1:] if rest[:1] and rest[0] in marks else None


def _opens_block(said: str) -> bool:
    fenced = said.strip(" \t\r\n*_")
    return fenced.startswith(_FENCE) and (not fenced[3:] or fenced[3:].isalnum())
