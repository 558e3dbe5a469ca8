"""What a sentence tells a household agent: from canonical words to rules.

Each reader below finds one kind of rule by the relation of words, not by a fixed wording. Kinds:

========== ============================== ==================================================================
kind       subject                        value
========== ============================== ==================================================================
prepare    heat, cool, clean              appliance, or empty if the sentence names none
order      heat, cool, clean              ``before`` or ``after`` placing
open       search, destination, or empty  (positive or not)
remember                                  (positive or not): do not search a place twice
retry                                     (positive): after a command that did nothing, do something else
two        continue                       (positive or not): after the first of two, go on to the second
carry      two                            ``one`` or ``both`` at a time
look       hold, use                      (positive or not): hold the object; switch on the lamp
likely     thing, or * for any            place where it is (positive) or is not
========== ============================== ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ...guidelines import Rule
from .words import ANYTHING, LAMPS, PLACES, TREATMENTS, canonical

EXCLUSIVE = frozenset({"prepare", "order", "carry"})
Words = tuple[str, ...]

_INSTRUMENT = frozenset({"with", "use", "in", "into", "inside", "by", "to", "via", "at", "under"})
_FILLER = frozenset({"the", "a", "an", "your", "it", "any", "every", "each", "and", "or", "all", "other", "nearest", "closed", "them"})
_SEARCHING = frozenset({"search", "find", "inside", "look", "content"})
_AGAIN = frozenset({"again", "same", "goback", "already", "repeat"})
_THINGS_OF_PLACES = frozenset({"spot", "container", "surface", "already", "search", "where"}) | PLACES


@lru_cache(maxsize=4096)
def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the rules in a sentence, in order of their names; none if it says nothing that the agent can act on."""
    words = canonical(sentence)
    found = {rule for reader in _READERS for rule in reader(words)}
    return tuple(sorted(found))


def _negated(words: Words, at: int) -> bool:
    """Return whether a "never" of the same clause stands before `at`; "never ... without" denies itself."""
    start = at
    while start > 0 and words[start - 1] != ",":
        start -= 1
    clause = words[start:at]
    negations = sum(word in ("never", "no") for word in clause)
    if "without" in clause and clause[-3:].count("without"):
        negations += 1
    return negations % 2 == 1


def _between(words: Words, one: int, other: int) -> Words:
    return words[min(one, other) + 1 : max(one, other)]


def _prepare(words: Words) -> Iterator[Rule]:
    """Heat, cool, clean: by which appliance, and before or after placing."""
    for treatment in TREATMENTS:
        mentions = [i for i, word in enumerate(words) if word == treatment]
        if not mentions:
            continue
        best = min(
            (
                (cost, words[j], i)
                for i in mentions
                for j, word in enumerate(words)
                if word in PLACES and (cost := _instrument_cost(words, i, j)) is not None
            ),
            default=None,
        )
        order = _order(words, mentions)
        if best is not None:
            _, place, i = best
            yield Rule("prepare", treatment, place, not _negated(words, i))
        elif order:
            yield Rule("prepare", treatment, "", True)
        if order:
            yield Rule("order", treatment, order)


def _instrument_cost(words: Words, i: int, j: int) -> float | None:
    """Return how loosely the place at `j` belongs to the treatment at `i` as its instrument; None if not at all."""
    between = _between(words, i, j)
    others = sum(word in TREATMENTS or word in PLACES for word in between)
    cost = len(between) * 0.1 + 2.0 * others
    if j > i:
        lead = [word for word in words[max(i + 1, j - 3) : j] if word not in _FILLER]
        cue = lead[-1] if lead else ""
        if cue in ("with", "use"):
            return cost
        if cue in ("put", "search") or (cue in ("in", "into", "to", "on") and "put" in between and "use" not in words):
            return cost + 3.0 if cue in ("in", "into", "to") and words[-1] == words[j] else cost + 1.5
        if cue in _INSTRUMENT or cue == treatment_of(words, i):
            return cost + 0.5
        return None
    if "for" in between or "to" in between:
        return cost + 0.2
    return cost + 0.6 if not between or between == ("can",) else None


def treatment_of(words: Words, i: int) -> str:
    """Return the treatment at `i`."""
    return words[i]


def _order(words: Words, mentions: list[int]) -> str:
    """Return whether the treatment goes ``before`` or ``after`` placing; empty if the sentence does not say."""
    puts = [i for i, word in enumerate(words) if word == "put"]
    if not puts:
        return ""
    for link in ("before", "after", "until", "without", "then"):
        if link not in words:
            continue
        at = words.index(link)
        left_treats = any(i < at for i in mentions) and not any(i < at for i in puts if i > mentions[0])
        left_puts = any(i < at for i in puts)
        right_treats = any(i > at for i in mentions)
        right_puts = any(i > at for i in puts)
        never = any(word == "never" for word in words[:at])
        if link == "before":
            if right_treats and left_puts:
                return "before" if never else "after"
            if left_treats and right_puts:
                return "before"
            if at == 0 and right_treats and right_puts:
                return "before" if puts[0] < mentions[-1] else "after"
        if link == "after" and right_puts and any(i < at for i in mentions) and not right_treats:
            return "before" if never else "after"
        if link == "after" and right_treats and right_puts and at == 0:
            return "before" if mentions[0] < puts[-1] else "after"
        if link in ("until", "without") and left_puts and right_treats and never:
            return "before"
        if link == "then" and right_puts and any(i < at for i in mentions):
            return "before"
        if link == "then" and right_treats and left_puts and "first" not in words[at:]:
            return "after"
    return ""


def _open(words: Words) -> Iterator[Rule]:
    """Closed places: open them, in searching or before placing."""
    openable = PLACES | {"container", "anything", "it", "them", "door", "everything", "spot", "closed", "object"}
    mentions = [
        i
        for i, word in enumerate(words)
        if word == "open" and not (i + 1 < len(words) and words[i + 1] in ("surface", "spot", "shelf", "and"))
    ]
    if not mentions:
        if "closed" in words and ("inside" in words or "search" in words) and any(w in openable - {"closed"} for w in words):
            at = max(i for i, word in enumerate(words) if word in ("inside", "search", "closed"))
            yield Rule("open", "search", "", not _negated(words, at) and "skip" not in words and "ignore" not in words)
        return
    near = [i for i in mentions if any(word in openable for word in words[max(0, i - 8) : i] + words[i + 1 : i + 9])]
    if not near:
        return
    at = near[0]
    searching = any(word in _SEARCHING for word in words)
    placing = "put" in words or "destination" in words
    scope = "search" if searching and not placing else "destination" if placing and not searching else ""
    yield Rule("open", scope, "", not _negated(words, at))


def _remember(words: Words) -> Iterator[Rule]:
    """Where the agent has been: not again, or again and again."""
    have = set(words)
    about_places = bool(have & _THINGS_OF_PLACES)
    if "command" in have and not have & {"spot", "container", "goback"}:
        return
    if "track" in have or "remember" in have:
        if about_places and have & {"search", "spot", "where", "already", "container", "been", "seen"}:
            yield Rule("remember")
        return
    if not about_places or "fails" in have or have & set(TREATMENTS):
        return
    again = [i for i, word in enumerate(words) if word in _AGAIN]
    for i in again:
        if words[i] in ("goback", "again", "repeat", "same") and not have & {"search", "spot", "been", "seen", "already"}:
            continue
        positive = any(_negated(words, j) for j in again) or "skip" in have
        if positive or "always" in have or words[0] in ("goback", "search", "go", "keep"):
            yield Rule("remember", "", "", positive)
        return
    if have & {"search", "go"} and (have & {"onebyone", "once", "search-all"} or {"yet", "never"} <= have or {"yet", "not"} <= have):
        yield Rule("remember")
    elif have & {"unvisited", "unsearched", "unexplored", "new"} and have & {"search", "go", "prefer"} and not _negated(words, len(words)):
        yield Rule("remember")


def _retry(words: Words) -> Iterator[Rule]:
    """A command that did nothing: something else, not the same again."""
    have = set(words)
    failing = "fails" in have
    if failing and have & {"different", "else", "another", "other", "instead", "alternative"}:
        yield Rule("retry")
    elif (failing or "command" in have) and have & {"repeat", "again", "same"}:
        at = max(i for i, word in enumerate(words) if word in ("repeat", "again", "same"))
        if any(_negated(words, i) for i in range(at + 1)) or "stop" in have:
            yield Rule("retry")
        elif failing and have & {"repeat", "again"}:
            yield Rule("retry", "", "", False)


def _two(words: Words) -> Iterator[Rule]:
    """Two objects: go on after the first; one at a time."""
    have = set(words)
    if "onebyone" in have and have & {"hold", "take", "put", "two"}:
        yield Rule("carry", "two", "one")
        if "two" in have:
            yield Rule("two", "continue")
        return
    if "two" not in have:
        if "one" in have and have & {"hold"} and have & {"only", "single", "most"} and have & {"object", "item", "thing", "hand"}:
            yield Rule("carry", "two", "one")
        elif have & {"finish", "done", "stop", "enough"} and "first" in have and have & {"after", "one", "object"}:
            yield Rule("two", "continue", "", any(_negated(words, i) for i, w in enumerate(words) if w in ("finish", "done", "stop")))
        return
    if "together" in have and have & {"hold", "take", "put"}:
        at = words.index("together")
        negative = _negated(words, at) or any(word == "never" for word in words[:at])
        yield Rule("carry", "two", "one" if negative else "both")
        return
    if have & {"stop", "enough", "ignore", "skip", "forget"} and have & {"first", "one", "two"}:
        at = next(i for i, word in enumerate(words) if word in ("stop", "enough", "ignore", "skip", "forget"))
        yield Rule("two", "continue", "", _negated(words, at))
    elif have & {"then", "find", "search", "take", "put", "goback", "repeat", "continue", "next", "again", "until"} and have & {
        "object", "item", "thing", "one", "first", "task", "them", "copy", "instance", "other",
    }:  # fmt: skip
        yield Rule("two", "continue", "", True)


def _look(words: Words) -> Iterator[Rule]:
    """Looking at a thing under a lamp: hold it, and switch the lamp on."""
    lamps = [i for i, word in enumerate(words) if word in LAMPS]
    if not lamps:
        return
    for i, word in enumerate(words):
        if word == "use" and any(abs(i - j) <= 6 for j in lamps):
            yield Rule("look", "use", "", not _negated(words, i))
            break
    for i, word in enumerate(words):
        if word in ("hold", "take") and not {"object"}.isdisjoint({w if w not in LAMPS else "" for w in _object_after(words, i)}):
            yield Rule("look", "hold", "", not _negated(words, i))
            break


def _object_after(words: Words, i: int) -> Words:
    """Return ``("object",)`` if what is taken or held at `i` is a thing and no lamp."""
    for word in words[i + 1 : i + 5]:
        if word in LAMPS:
            return ()
        if word in ANYTHING:
            return ("object",)
        if word not in _FILLER:
            return ("object",) if word != "," else ()
    return ("object",) if i > 0 else ()


def _likely(words: Words) -> Iterator[Rule]:
    """Where things are found, or searched first."""
    places = [i for i, word in enumerate(words) if word in PLACES or word == "surface"]
    if not places or set(words) & {*TREATMENTS, "use", "open", "fails", "lamp", "desklamp"}:
        return
    cue = next((i for i, word in enumerate(words) if word in ("often", "rarely")), None)
    if cue is None:
        cue = next((i for i, word in enumerate(words) if word in ("find", "kept", "stored", "lie") and i and words[i - 1] in ("are", "is", "be")), None)
    if cue is not None:
        things = [word for word in words[:cue] if _is_thing(word)]
        after = [i for i in places if i > cue]
        if not after and places:  # "The countertop often has mugs."
            things = [word for word in words[cue + 1 :] if _is_thing(word)]
            after = [i for i in places if i < cue]
        positive = words[cue] != "rarely" and not _negated(words, cue)
        yield from _places_of(words, things, after, positive)
        return
    for i, word in enumerate(words):
        if word in ("search", "find", "go", "start", "begin", "try") and any(j > i for j in places):
            if "for" in words[i:]:
                at = words.index("for", i)
                things = [w for w in words[at + 1 :] if _is_thing(w)]
            elif word == "search" and i + 1 < len(words) and words[i + 1] == "in" or word == "find":
                things = [w for w in words[i + 1 :] if _is_thing(w)]
            elif "first" in words or "start" in words or "begin" in words:
                things = []
            else:
                continue
            if not things and "first" not in words and word not in ("start", "begin"):
                continue
            yield from _places_of(words, things, [j for j in places if j > i], not _negated(words, i))
            return


def _is_thing(word: str) -> bool:
    return word in ANYTHING or (len(word) > 2 and word.isalpha() and word not in PLACES and word not in _NOT_THINGS)


_NOT_THINGS = frozenset(
    (
        "the and for are often rarely when you with most most-likely usually task first where look search find before after then they "
        "there want need may can can't other more some any all near stove top table under over next like such example check start go "
        "never always will has have had not but its from into inside onto out spot surface container household room kitchen bathroom "
        "bedroom living be been least mainly times time two one also remember note that this these those seen lie kept stored attempt "
        "successful put take hold closed open prefer ahead else anywhere everywhere begin beginning try trying should"
    ).split()
)


def _places_of(words: Words, things: list[str], places: list[int], positive: bool) -> Iterator[Rule]:
    subjects = {"*" if thing in ANYTHING else thing for thing in things[:6]} or {"*"}
    for subject in subjects:
        for i in places:
            yield Rule("likely", subject, words[i], positive)


_READERS: tuple[Callable[[Words], Iterator[Rule]], ...] = (_prepare, _open, _remember, _retry, _two, _look, _likely)
