"""What guidelines rest on, in prompts that say so: names, marks in brackets, and how to write them.

A prompt explains marks where its system message shows ``[guess]``: there a line such as
``g2. Drop the suffix. [3 tasks]`` is guideline g2, which three tasks showed. It asks for marks where it wants each
guideline ended with one: then each line of the answer names the attempts and the guidelines that it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .guidelines import Rule, sentences
from .rewriting import Note

_EXPLAINED = "[guess]"
_ASKED = re.compile(r"\bend each guideline with a mark\b", re.IGNORECASE)
_LINE = re.compile(r"^\s*(?:[-*•]\s+)?(?:(g?\d+(?:\.\d+)*)[.)]\s+)?(.*?)\s*(?:\[(\d+ tasks?|given|guess)\])?\s*$")
_TASKS = re.compile(r"^(\d+) tasks?$")
_GUESS = 0.25  # Votes of a guess: less than any attempt has.


@dataclass(frozen=True, slots=True)
class Mark:
    """What a prompt says of a sentence: the guidelines that it stands in, and votes for it (None: not said)."""

    names: frozenset[str]
    votes: float | None


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of an instruction.

    Attributes
    ----------
    text
        The instruction without them.
    of
        By sentence.
    """

    text: str
    of: Mapping[str, Mark] = field(default_factory=dict)

    def names(self, sentence: str) -> set[str]:
        """Return the guidelines that a sentence stands in."""
        return set(self.of[sentence].names) if sentence in self.of else set()

    def votes(self, sentence: str, usual: float) -> float:
        """Return how many tasks speak for a sentence; the usual weight where the prompt does not say."""
        votes = self.of[sentence].votes if sentence in self.of else None
        return usual if votes is None else votes


def explained(system: str) -> bool:
    """Return whether a prompt explains marks."""
    return _EXPLAINED in system


def asked(system: str) -> bool:
    """Return whether a prompt asks for marks."""
    return _ASKED.search(system) is not None


def read(instruction: str) -> Marks:
    """Read an instruction whose guidelines have marks."""
    lines: list[str] = []
    found: dict[str, Mark] = {}
    for line in instruction.splitlines():
        match = _LINE.match(line)
        if match is None or not (match[1] or match[3]):
            lines.append(line)
            continue
        lines.append(f"- {match[2]}")
        votes = _votes(match[3] or "")
        for sentence in sentences(match[2]):
            known = found.get(sentence.text)
            names = frozenset({match[1]} if match[1] else ()) | (known.names if known else frozenset())
            more = known.votes if known else None
            found[sentence.text] = Mark(names, votes if more is None else more + (votes or 0))
    return Marks("\n".join(lines), found)


def unmarked(instruction: str) -> Marks:
    """Return an instruction of a prompt that explains no marks, as it is."""
    return Marks(instruction)


def marking(understand: Callable[[str], tuple[Rule, ...]], notes: Sequence[Note]) -> Callable[[list[str]], list[str]]:
    """Return how to mark lines: each names what the notes that it says come from."""

    def marked(line: str) -> str:
        rules = understand(line)
        names = {name for note in notes if _says(line, rules, note) for name in note.rests}
        return f"{line} [{', '.join(sorted(names, key=_order)) or 'guess'}]"

    return lambda lines: [marked(line) for line in lines]


def _says(line: str, rules: tuple[Rule, ...], note: Note) -> bool:
    """Return whether a line says a note, for all situations of the note or more."""
    if not rules or not note.rules:
        return note.text in line
    return any(
        (one.kind, one.value, one.positive) == (other.kind, other.value, other.positive)
        and set(filter(None, one.subject.split("&"))) <= set(other.subject.split("&"))
        for one in rules
        for other in note.rules
    )


def _votes(mark: str) -> float | None:
    if match := _TASKS.match(mark):
        return float(match[1])
    return _GUESS if mark == "guess" else None


def _order(name: str) -> tuple[bool, list[int]]:
    return not name.startswith("g"), [int(part) for part in name.removeprefix("g").split(".") if part.isdigit()]
