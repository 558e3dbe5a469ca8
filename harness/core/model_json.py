"""JSON that a model wrote, read within bounds: what is beyond them is an answer that cannot be read, and nothing worse.

``json.loads`` takes more than any of our files, prompts or databases can hold: arrays that are nested a thousand deep,
integers of thousands of digits, NaN, halves of surrogate pairs. Whatever passes here can be written and read anywhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from harness.core.answer_text import after_thoughts, without_thoughts

MAX_DEPTH = 64
MAX_LETTERS = 4_000_000
MAX_INTEGER = 2**63 - 1
"""Larger ones have no exact place in most formats."""

_DRAFTS = 8
"""So many objects of one answer may be broken before the rest is not tried, so that reading takes linear time."""


class UnreadableAnswer(Exception):
    """An answer is not of the form that was asked for; the text says why, to the model."""

    def reply(self) -> str:
        """Return what the model reads."""
        return f"Your answer could not be read: {self}. Answer again, in the form asked for."


def read_json(text: str) -> Any:
    """Read a text that is JSON as a whole; raw line breaks in strings are allowed, as models write them.

    Raises
    ------
    UnreadableAnswer
        If it is no JSON, or beyond the bounds: `MAX_LETTERS` long, `MAX_DEPTH` deep, an integer beyond 64 bits, a
        number that is not finite, or half a surrogate pair.
    """
    if len(text) > MAX_LETTERS:
        raise UnreadableAnswer(f"the JSON is longer than {MAX_LETTERS:,} letters")
    start = len(text) - len(text.lstrip())
    value, end = _decoded(text, start)
    if text[end:].strip():
        raise UnreadableAnswer("the JSON is broken (something follows it)")
    return value


def read_object(text: str) -> dict[str, Any]:
    """Read a text that is one JSON object; see `read_json`."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise UnreadableAnswer("the JSON is no object")
    return value


@dataclass(frozen=True, slots=True)
class FoundObject:
    """A JSON object in a text, and where it begins and ends there."""

    value: dict[str, Any]
    start: int
    end: int


def find_object(text: str) -> dict[str, Any]:
    """Read the JSON object of an answer, wherever it stands in it: beside thoughts, remarks and in a code block.

    Where there are several, the last one counts.

    Raises
    ------
    UnreadableAnswer
        If there is none, or it is beyond the bounds of `read_json`.
    """
    said = after_thoughts(text)
    try:
        return objects_in(said)[-1].value
    except UnreadableAnswer:
        plain = without_thoughts(text)
        if plain == said:
            raise
        return objects_in(plain)[-1].value


def objects_in(text: str) -> list[FoundObject]:
    """Return the JSON objects of a text that begin at its first brace or at the beginning of a line, at least one.

    Raises
    ------
    UnreadableAnswer
        If there is none that can be read: why the first one cannot.
    """
    if len(text) > MAX_LETTERS:
        raise UnreadableAnswer(f"the JSON is longer than {MAX_LETTERS:,} letters")
    found: list[FoundObject] = []
    failures: list[UnreadableAnswer] = []
    end = 0
    for start in _starts(text):
        if start < end or len(failures) == _DRAFTS:
            continue
        try:
            value, end = _decoded(text, start)
        except UnreadableAnswer as failure:
            failures.append(failure)
        else:
            found.append(FoundObject(value, start, end))
    if not found:
        raise failures[0] if failures else UnreadableAnswer("there is no JSON object in it")
    return found


def problem_of(value: object) -> str | None:
    """Return why a JSON-like value is beyond the bounds of `read_json`, or None."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        inner: list[object] = []
        for part in level:
            if isinstance(part, Mapping):
                inner += [*part.keys(), *part.values()]
            elif isinstance(part, list | tuple):
                inner += part
            elif (problem := _problem_of_scalar(part)) is not None:
                return problem
        if not inner:
            return None
        level = inner
    return _TOO_DEEP


def _starts(text: str) -> Iterator[int]:
    first = text.find("{")
    if first < 0:
        return
    yield first
    at = 0
    for line in text.splitlines(keepends=True):
        fenced = line.lstrip("`").removeprefix("json").lstrip(" ") if line.startswith("```") else line
        start = at + len(line) - len(fenced)
        if fenced.startswith("{") and start > first:
            yield start
        at += len(line)


def _decoded(text: str, start: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise UnreadableAnswer(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise UnreadableAnswer(f"the JSON is broken ({error})") from None
    return _bounded(value), end


def _bounded(value: Any) -> Any:
    problem = problem_of(value)
    if problem is not None:
        raise UnreadableAnswer(problem)
    return value


def _problem_of_scalar(value: object) -> str | None:
    if isinstance(value, str):
        return None if value.isascii() or _is_unicode(value) else "the JSON holds half of a surrogate pair"
    if isinstance(value, float):
        return None if math.isfinite(value) else "the JSON holds a number that is not finite"
    if isinstance(value, int):
        return None if -MAX_INTEGER <= value <= MAX_INTEGER else _TOO_LARGE
    return None if value is None else f"the JSON holds a {type(value).__name__}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise UnreadableAnswer(_TOO_LARGE)
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > 400:
        raise UnreadableAnswer("the JSON holds a number of more than 400 digits")
    return float(digits)


def _no_constant(name: str) -> NoReturn:
    raise UnreadableAnswer(f"{name} is not JSON")


_TOO_DEEP = f"the JSON is nested more than {MAX_DEPTH} levels deep"
_TOO_LARGE = "the JSON holds an integer of more than 64 bits: write it as a string"
_DECODER = json.JSONDecoder(strict=False, parse_int=_integer, parse_float=_number, parse_constant=_no_constant)
