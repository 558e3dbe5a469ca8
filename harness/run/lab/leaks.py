"""Leaks: training tasks whose id or truth stands verbatim in modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.core.domain import Instruction, Modules, Task

LEAST_TRUTH = 6
"""A truth shorter than this many characters stands in too many texts by chance to be called a leak."""

LONGEST_BEGINNING = 32


class LeakIndex:
    """What would be a leak, by its beginning: a check takes time in the length of the modules, not in the tasks.

    A beginning is as long as the largest power of two that fits into a word, up to `LONGEST_BEGINNING` characters.

    Attributes
    ----------
    words
        Ids and truths, and the numbers of their tasks.
    lengths
        How long the words are that have a beginning.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._ids = [task.id for task in tasks]
        self.words: dict[str, int | tuple[int, ...]] = {}
        self.lengths: dict[str, int | tuple[int, ...]] = {}
        for number, task in enumerate(tasks):
            for word in {task.id, task.truth if len(task.truth) >= LEAST_TRUTH else task.id}:
                known = self.words.get(word)
                self.words[word] = number if known is None else (*_all(known), number)
                if known is None and word:
                    beginning = word[: _beginning(len(word))]
                    lengths = self.lengths.get(beginning)
                    if lengths is None:
                        self.lengths[beginning] = len(word)
                    elif len(word) not in _all(lengths):
                        self.lengths[beginning] = (*_all(lengths), len(word))
        self._sizes = sorted({len(beginning) for beginning in self.lengths})

    def find(self, modules: Modules) -> list[str]:
        """Return the ids of the tasks whose id or truth stands in the modules, in task order."""
        found = set(_all(self.words[""])) if "" in self.words and modules.parts else set()
        for text in _texts(modules):
            for word in self._found(text):
                found.update(_all(self.words[word]))
        return [self._ids[number] for number in sorted(found)]

    def _found(self, text: str) -> Iterator[str]:
        for size in self._sizes:
            for at in range(len(text) - size + 1):
                for length in _all(self.lengths.get(text[at : at + size], ())):
                    if (word := text[at : at + length]) in self.words:
                        yield word


def _texts(modules: Modules) -> list[str]:
    return [
        module.text
        if isinstance(module, Instruction)
        else "\n".join([module.library, *(tool.source for tool in module.tools)])
        for module in modules.parts.values()
    ]


def _beginning(length: int) -> int:
    return min(LONGEST_BEGINNING, 1 << (length.bit_length() - 1))


def _all(numbers: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return numbers, of which one alone is held as itself: most words have one task and one length."""
    return (numbers,) if isinstance(numbers, int) else numbers
