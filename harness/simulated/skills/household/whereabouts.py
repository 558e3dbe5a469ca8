"""Sentences about where things are kept, and which places to search first."""

from __future__ import annotations

from collections.abc import Iterator

from ...guidelines import Rule
from .clauses import Words, negated
from .words import ANYTHING, PLACES, TREATMENTS, words_in

_NOT_THINGS = words_in(
    """
    the and for are often rarely when you with most usually task first where look search find before after then
    they there want need may can other more some any all near stove top table under over next like such example
    check start go never always will has have had not but its from into inside onto out spot surface container
    household room kitchen bathroom bedroom living be been least mainly times time two one also remember note
    that this these those seen lie kept stored attempt successful put take hold closed open prefer ahead else
    anywhere everywhere begin beginning try trying should
    """
)


def read_whereabouts(words: Words) -> Iterator[Rule]:
    """Where things are found, or searched first."""
    places = [i for i, word in enumerate(words) if word in PLACES or word == "surface"]
    if not places or set(words) & {*TREATMENTS, "use", "open", "fails", "lamp", "desklamp"}:
        return
    cue = next((i for i, word in enumerate(words) if word in ("often", "rarely")), None)
    if cue is None:
        cue = next(
            (
                i
                for i, word in enumerate(words)
                if word in ("find", "kept", "stored", "lie") and i and words[i - 1] in ("are", "is", "be")
            ),
            None,
        )
    if cue is not None:
        things = [word for word in words[:cue] if _is_thing(word)]
        after = [i for i in places if i > cue]
        if not after and places:  # "The countertop often has mugs."
            things = [word for word in words[cue + 1 :] if _is_thing(word)]
            after = [i for i in places if i < cue]
        positive = words[cue] != "rarely" and not negated(words, cue)
        yield from _places_of(words, things, places=after, positive=positive)
        return
    for i, word in enumerate(words):
        if word in ("search", "find", "go", "start", "begin", "try") and any(j > i for j in places):
            if "for" in words[i:]:
                at = words.index("for", i)
                things = [w for w in words[at + 1 :] if _is_thing(w)]
            elif (word == "search" and i + 1 < len(words) and words[i + 1] == "in") or word == "find":
                things = [w for w in words[i + 1 :] if _is_thing(w)]
            elif "first" in words or "start" in words or "begin" in words:
                things = []
            else:
                continue
            if not things and "first" not in words and word not in ("start", "begin"):
                continue
            yield from _places_of(words, things, places=[j for j in places if j > i], positive=not negated(words, i))
            return


def _is_thing(word: str) -> bool:
    return word in ANYTHING or (len(word) > 2 and word.isalpha() and word not in PLACES and word not in _NOT_THINGS)


def _places_of(words: Words, things: list[str], *, places: list[int], positive: bool) -> Iterator[Rule]:
    subjects = {"*" if thing in ANYTHING else thing for thing in things[:6]} or {"*"}
    for subject in subjects:
        for i in places:
            yield Rule("likely", subject, words[i], positive)
