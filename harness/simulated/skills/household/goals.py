"""Sentences about kinds of goals: two objects, and looking at a thing in light."""

from __future__ import annotations

from collections.abc import Iterator

from ...guidelines import Rule
from .clauses import FILLER, Words, negated
from .words import ANYTHING, LAMPS, words_in

_GOING_ON = words_in("then find search take put goback repeat continue next again until")
_ONE_OF_TWO = words_in("object item thing one first task them copy instance other")


def read_two(words: Words) -> Iterator[Rule]:
    """Two objects: go on after the first; one at a time."""
    have = set(words)
    if "onebyone" in have and have & {"hold", "take", "put", "two"}:
        yield Rule("carry", "two", "one")
        if "two" in have:
            yield Rule("two", "continue")
        return
    if "two" not in have:
        if (
            "one" in have
            and have & {"hold"}
            and have & {"only", "single", "most"}
            and have & {"object", "item", "thing", "hand"}
        ):
            yield Rule("carry", "two", "one")
        elif have & {"finish", "done", "stop", "enough"} and "first" in have and have & {"after", "one", "object"}:
            yield Rule(
                "two",
                "continue",
                "",
                any(negated(words, i) for i, w in enumerate(words) if w in ("finish", "done", "stop")),
            )
        return
    if "together" in have and have & {"hold", "take", "put"}:
        at = words.index("together")
        negative = negated(words, at) or any(word == "never" for word in words[:at])
        yield Rule("carry", "two", "one" if negative else "both")
        return
    if have & {"stop", "enough", "ignore", "skip", "forget"} and have & {"first", "one", "two"}:
        at = next(i for i, word in enumerate(words) if word in ("stop", "enough", "ignore", "skip", "forget"))
        yield Rule("two", "continue", "", negated(words, at))
    elif have & _GOING_ON and have & _ONE_OF_TWO:
        yield Rule("two", "continue", "", True)


def read_look(words: Words) -> Iterator[Rule]:
    """Looking at a thing under a lamp: hold it, and switch the lamp on."""
    lamps = [i for i, word in enumerate(words) if word in LAMPS]
    if not lamps:
        return
    for i, word in enumerate(words):
        if word == "use" and any(abs(i - j) <= 6 for j in lamps):
            yield Rule("look", "use", "", not negated(words, i))
            break
    for i, word in enumerate(words):
        if word in ("hold", "take") and not {"object"}.isdisjoint(
            {w if w not in LAMPS else "" for w in _object_after(words, i)}
        ):
            yield Rule("look", "hold", "", not negated(words, i))
            break


def _object_after(words: Words, i: int) -> Words:
    """Return ``("object",)`` if what is taken or held at `i` is a thing and no lamp."""
    for word in words[i + 1 : i + 5]:
        if word in LAMPS:
            return ()
        if word in ANYTHING:
            return ("object",)
        if word not in FILLER:
            return ("object",) if word != "," else ()
    return ("object",) if i > 0 else ()
