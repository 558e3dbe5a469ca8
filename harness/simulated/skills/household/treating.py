"""Sentences about heating, cooling and cleaning: by which appliance, and before or after placing."""

from __future__ import annotations

from collections.abc import Iterator

from ...guidelines import Rule
from .clauses import FILLER, Words, between, negated
from .words import PLACES, TREATMENTS

_INSTRUMENT = frozenset({"with", "use", "in", "into", "inside", "by", "to", "via", "at", "under"})


def read_treatment(words: Words) -> Iterator[Rule]:
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
                if word in PLACES and (cost := _instrument_cost(words, i, j=j)) is not None
            ),
            default=None,
        )
        order = _order(words, mentions)
        if best is not None:
            _, place, i = best
            yield Rule("prepare", treatment, place, not negated(words, i))
        elif order:
            yield Rule("prepare", treatment, "", True)
        if order:
            yield Rule("order", treatment, order)


def _instrument_cost(words: Words, i: int, *, j: int) -> float | None:
    """Return how loosely the place at `j` belongs to the treatment at `i` as its instrument; None if not at all."""
    words_between = between(words, i, other=j)
    others = sum(word in TREATMENTS or word in PLACES for word in words_between)
    cost = len(words_between) * 0.1 + 2.0 * others
    if j > i:
        lead = [word for word in words[max(i + 1, j - 3) : j] if word not in FILLER]
        cue = lead[-1] if lead else ""
        if cue in ("with", "use"):
            return cost
        if cue in ("put", "search") or (
            cue in ("in", "into", "to", "on") and "put" in words_between and "use" not in words
        ):
            return cost + 3.0 if cue in ("in", "into", "to") and words[-1] == words[j] else cost + 1.5
        if cue in _INSTRUMENT or cue == words[i]:
            return cost + 0.5
        return None
    if "for" in words_between or "to" in words_between:
        return cost + 0.2
    return cost + 0.6 if not words_between or words_between == ("can",) else None


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
