"""``texts.jsonl``: questions, truths and messages of a run's rollouts, each text once.

A line a text, under the first 16 hex digits of its SHA-256, in the order of these keys. Rows of ``train.jsonl`` and
``test.jsonl`` name texts by their keys.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import HarnessError
from harness.core.printable import printable
from harness.llm.redact import clean
from harness.records.bounds import TextKey
from harness.records.inside import MOST_LINE, lines_inside, open_inside
from harness.records.schema.strict import Strict

NAME = "texts.jsonl"

BEGINNING = len('{"key":"')
DIGITS = 16


class TextLine(Strict):
    """A line of ``texts.jsonl``."""

    key: TextKey
    text: str


def key_of(text: str) -> str:
    """Return the key of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def storable(text: str) -> str:
    """Return a text as the record keeps it: without secrets in use, lone surrogates replaced."""
    text = clean(text)
    return text if text.isascii() else text.encode(errors="replace").decode()


class Texts:
    """The texts of a run's folder, which may come from a stranger: each is held against its key when it is read.

    Memory holds a key and an offset a text (16 bytes).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys = array("Q")
        self._starts = array("Q")
        at = 0
        for number, line in enumerate(lines_inside(folder, NAME), 1):
            try:
                key = int(line[BEGINNING : BEGINNING + DIGITS].decode("ascii"), 16)
            except ValueError:
                raise HarnessError(f"{folder / NAME}, line {number}, is no text under a key") from None
            if self._keys and key <= self._keys[-1]:
                raise HarnessError(f"{folder / NAME}, line {number}: the keys are not in ascending order")
            self._keys.append(key)
            self._starts.append(at)
            at += len(line)

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, key: str) -> str:
        """Return the text of a key.

        Raises
        ------
        HarnessError
            If there is none, or it is not the text that the key says.
        """
        place = bisect_left(self._keys, int(key, 16))
        if place == len(self._keys) or self._keys[place] != int(key, 16):
            raise HarnessError(f"{self._folder / NAME} lacks the text {printable(key)}")
        try:
            with open_inside(self._folder, NAME) as file:
                file.seek(self._starts[place])
                return _read(file.readline(MOST_LINE + 1), self._folder)
        except FileNotFoundError:
            raise HarnessError(f"{self._folder / NAME} is missing") from None

    def check(self) -> None:
        """Read every text.

        Raises
        ------
        HarnessError
            At the first that is not the text that its key says.
        """
        for line in lines_inside(self._folder, NAME):
            _read(line, self._folder)

    def __iter__(self) -> Iterator[str]:
        return (f"{key:0{DIGITS}x}" for key in self._keys)


def _read(line: bytes, folder: Path) -> str:
    try:
        found = TextLine.model_validate_json(line, strict=True)
    except ValidationError:
        raise HarnessError(f"{folder / NAME}: {printable(repr(line[:40]))} begins no text under a key") from None
    if key_of(found.text) != found.key:
        raise HarnessError(f"{folder / NAME}: the text under {found.key} is not the one that this key stands for")
    return found.text
