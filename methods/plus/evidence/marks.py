"""Marks: what each guideline of an answer rests on, in brackets at its end, read strictly and taken off.

``- Drop the suffix. [2, 5, g1]`` rests on the attempts 2 and 5 and on all that guideline g1 rests on. ``[guess]`` rests
on nothing. A model names sources, and the union of their tasks is taken by code, so that no count is believed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.guidelines import parse
from harness.run.roles.optimizer import TAG, UNCHANGED
from harness.run.roles.typed import UnreadableAnswer, between
from methods.plus.evidence.support import GUESS, Support, union
from methods.plus.guidelines import words

_AT_END = re.compile(r"\s*\[([^\[\]]*)\]\s*\.?$")
_LIKE = re.compile(r"\s*\[(?:guess|given|tasks?|attempts?|guidelines?|and|g?\d+(?:\.\d+)?|[\s,;:&])+\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answered:
    """An instruction as it was answered.

    Attributes
    ----------
    head
        Its opening.
    guidelines
        Each without its mark, with its support: of the sources that its mark names, and of shown guidelines that read
        the same. Without a mark that can be read the latter are all, and where there are none it is a guess.
    problems
        What is wrong with the marks.
    unchanged
        Whether the answer leaves the one instruction that was shown as it is.
    """

    head: str
    guidelines: tuple[tuple[str, Support], ...]
    problems: tuple[str, ...] = ()
    unchanged: bool = False

    def facts(self) -> dict[str, list[str]]:
        """Return, for the lineage, what was wrong with an answer that was taken all the same."""
        return {"marks": list(self.problems)} if self.problems else {}


@dataclass(frozen=True)
class Sources:
    """What the marks of an answer may name.

    Attributes
    ----------
    attempts
        Support by number.
    guidelines
        Text and support by name.
    heads
        Openings that were shown.
    may_stay
        Whether one instruction was shown, which ``unchanged`` leaves as it is.
    """

    guidelines: Mapping[str, tuple[str, Support]]
    attempts: Mapping[str, Support]
    heads: Sequence[str]
    may_stay: bool = False

    def __contains__(self, name: str) -> bool:
        return name in self.guidelines or name in self.attempts

    def support(self, name: str) -> Support:
        """Return what a name stands for."""
        return self.guidelines[name][1] if name in self.guidelines else self.attempts[name]

    def known(self) -> dict[str, Support]:
        """Return the supports of the guidelines that were shown, by their words."""
        found: dict[str, Support] = {}
        for text, support in self.guidelines.values():
            found[words(text)] = found.get(words(text), GUESS) | support
        return found

    @property
    def example(self) -> str:
        """Names as a mark may hold them."""
        return f"[{', '.join([*list(self.guidelines)[:1], *list(self.attempts)[:1]]) or 'guess'}]"


def read(answer: str, sources: Sources) -> Answered:
    """Read the instruction between tags, with its marks.

    Raises
    ------
    UnreadableAnswer
        If there is no instruction, or none that could stay unchanged.
    """
    text = between(TAG, answer)
    if not text:
        raise UnreadableAnswer("the instruction is empty")
    if text.strip(".\"'").lower() == UNCHANGED:
        if not sources.may_stay:
            raise UnreadableAnswer("there is no one instruction that could stay unchanged")
        return Answered(sources.heads[0], tuple(sources.guidelines.values()), unchanged=True)
    found = parse(text)
    known = sources.known()
    problems: list[str] = []
    made: list[tuple[str, Support]] = []
    head = without(found.head, in_texts(sources.heads))
    if head != found.head:
        problems.append("marks stand in the opening: write each guideline on a line that begins with a hyphen")
    for number, item in enumerate(found.items, 1):
        body, named, problem = _read(item, sources)
        bare = without(
            body, in_texts(sources.guidelines[name][0] for name in named if name in sources.guidelines)
        ).strip()
        if not problem and bare != body:
            problem = "has a mark before its end: one guideline a line, one mark at its end"
        if not problem and not bare:
            problem = "has no text"
        if problem:
            problems.append(f"guideline {number} ({_short(bare)}) {problem}")
        if bare:
            made.append((bare, union(map(sources.support, named)) | known.get(words(bare), GUESS)))
    return Answered(head.strip(), tuple(made), tuple(problems))


def checked(answered: Answered) -> Answered:
    """Return the answer if its marks are as they should be.

    Raises
    ------
    UnreadableAnswer
        If not; the text names the first three problems.
    """
    if answered.problems:
        more = f"; and {len(answered.problems) - 3} more" if len(answered.problems) > 3 else ""
        raise UnreadableAnswer("; ".join(answered.problems[:3]) + more)
    return answered


def without(text: str, own: Collection[str] = ()) -> str:
    """Return a text without anything that looks like a mark, but for brackets that belong to it."""
    return _LIKE.sub(lambda match: match[0] if match[0].strip() in own else "", text)


def _read(item: str, sources: Sources) -> tuple[str, tuple[str, ...], str]:
    """Return a guideline without its mark, the sources that the mark names, and what is wrong with it."""
    mark = _AT_END.search(item)
    if mark is None:
        return item, (), f"ends in no mark: end it with what it rests on, such as {sources.example}, or [guess]"
    body, names = item[: mark.start()].strip(), tuple(name.strip() for name in mark[1].split(","))
    if [name.lower() for name in names] == ["guess"]:
        return body, (), ""
    unknown = [name for name in names if name not in sources]
    if unknown:
        such = f"end it with names that are shown, such as {sources.example}, or [guess]"
        return item, (), f"ends in [{mark[1]}], and nothing here is called {unknown[0]!r}: {such}"
    return body, names, ""


def in_texts(texts: Iterable[str]) -> set[str]:
    """Return the brackets that look like marks and belong to texts."""
    return {match[0].strip() for text in texts for match in _LIKE.finditer(text)}


def _short(text: str, most: int = 40) -> str:
    return f'"{text}"' if len(text) <= most else f'"{text[:most].rstrip()}..."'


def shown(head: str, guidelines: Sequence[tuple[str, Support]], *, prefix: str) -> dict[str, Any]:
    """Return an instruction as templates take it: its opening, and its guidelines with names and supports."""
    named = [
        {"name": f"{prefix}{number}", "text": text, "rests_on": str(support)}
        for number, (text, support) in enumerate(guidelines, 1)
    ]
    return {"head": head, "guidelines": named}
