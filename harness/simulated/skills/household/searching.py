"""Sentences about searching: closed places, places seen before, commands that did nothing, where things are kept."""

from __future__ import annotations

from collections.abc import Iterator

from ...guidelines import Rule
from .clauses import Words, negated
from .words import PLACES, TREATMENTS

_SEARCHING = frozenset({"search", "find", "inside", "look", "content"})
_AGAIN = frozenset({"again", "same", "goback", "already", "repeat"})
_THINGS_OF_PLACES = frozenset({"spot", "container", "surface", "already", "search", "where"}) | PLACES


def read_open(words: Words) -> Iterator[Rule]:
    """Closed places: open them, in searching or before placing."""
    openable = PLACES | {"container", "anything", "it", "them", "door", "everything", "spot", "closed", "object"}
    mentions = [
        i
        for i, word in enumerate(words)
        if word == "open" and not (i + 1 < len(words) and words[i + 1] in ("surface", "spot", "shelf", "and"))
    ]
    if not mentions:
        if "closed" in words and {"skip", "ignore"} & set(words):
            yield Rule("open", "search", "", False)
        elif (
            "closed" in words
            and ("inside" in words or "search" in words)
            and any(w in openable - {"closed"} for w in words)
        ):
            at = max(i for i, word in enumerate(words) if word in ("inside", "search", "closed"))
            yield Rule("open", "search", "", not negated(words, at) and "skip" not in words and "ignore" not in words)
        return
    near = [i for i in mentions if any(word in openable for word in words[max(0, i - 8) : i] + words[i + 1 : i + 9])]
    if not near:
        return
    at = near[0]
    searching = any(word in _SEARCHING for word in words)
    placing = "put" in words or "destination" in words
    scope = "search" if searching and not placing else "destination" if placing and not searching else ""
    yield Rule("open", scope, "", not negated(words, at))


def read_remember(words: Words) -> Iterator[Rule]:
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
        if words[i] in ("goback", "again", "repeat", "same") and not have & {
            "search",
            "spot",
            "been",
            "seen",
            "already",
        }:
            continue
        positive = any(negated(words, j) for j in again) or "skip" in have
        if positive or "always" in have or words[0] in ("goback", "search", "go", "keep"):
            yield Rule("remember", "", "", positive)
        return
    if (
        have & {"search", "go"}
        and (have & {"onebyone", "once", "search-all"} or {"yet", "never"} <= have or {"yet", "not"} <= have)
    ) or (
        have & {"unvisited", "unsearched", "unexplored", "new"}
        and have & {"search", "go", "prefer"}
        and not negated(words, len(words))
    ):
        yield Rule("remember")


def read_retry(words: Words) -> Iterator[Rule]:
    """A command that did nothing: something else, not the same again."""
    have = set(words)
    failing = "fails" in have
    if failing and have & {"different", "else", "another", "other", "instead", "alternative"}:
        yield Rule("retry")
    elif (failing or "command" in have) and have & {"repeat", "again", "same"}:
        at = max(i for i, word in enumerate(words) if word in ("repeat", "again", "same"))
        if any(negated(words, i) for i in range(at + 1)) or "stop" in have:
            yield Rule("retry")
        elif failing and have & {"repeat", "again"}:
            yield Rule("retry", "", "", False)
