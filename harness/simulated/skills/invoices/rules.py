"""What a sentence tells the reader of invoices: where to look, what to pass over, and how to write the number.

====== =========== =========================================================================================
kind   subject     value
====== =========== =========================================================================================
read   situation   ``label:...``, ``family:...`` or ``element:...``: take it (positive) or never take it
part   situation   ``first``, ``middle``, ``last`` or ``second`` of several numbers
drop   situation   ``prefix:KN/`` or ``suffix:/01`` (any suffix of that form)
join   situation   what stands between the parts of a number that is printed in several places
spaces situation   ``remove`` or ``keep``
====== =========== =========================================================================================

A situation is empty for always, ``lang:tr``, or ``seen:...`` for words that the document must hold (an issuer's name,
a label).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ...guidelines import Rule
from .words import ELEMENTS, MENTION, elements_in, fold, language_in

EXCLUSIVE = frozenset({"part", "join", "spaces"})

_QUOTED = re.compile(r"[\"“„«`]([^\"”“»`]{1,80})[\"”“»`]|(?<!\w)'([^']{1,80})'(?!\w)")
_LEAD = re.compile(
    r"^\s*((?:when(?:ever)?|if|for|on|in|where|with|once|(?:all )?invoices (?:from|by|of)|from)\b"
    r"(?:[^,:\"“'«]|[\"“«][^\"”»]*[\"”»]|'[^']*'|,(?= (?:or|and)\b))*)(?:,|:|\bthen\b)\s*(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TRAIL = re.compile(
    r"^(.{8,}?)[,\s]+((?:when(?:ever)?|if|for|on|in) (?:the |an? |any |all )?(?:invoices?|documents?|issuer|supplier|"
    r"turkish|english|spanish|italian)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TONGUE = re.compile(
    r"^\s*((?:for|on|in) (?:all )?(?:turkish|english|spanish|italian)(?: \w+)?)\s+(.+)$", re.IGNORECASE | re.DOTALL
)
_NAMED = re.compile(r"\b(?:from|by|of|issuer|supplier)\s+(?:is\s+)?((?:[A-ZÇĞİÖŞÜÁÉÍÓÚÑ][\w.&'’-]*\s*){1,6})")
_CUE = re.compile(
    r"(?P<no>\b(?:never|do not|don't|must not|should not|cannot|avoid|ignore|skip|disregard|instead of|rather than|"
    r"not|nor|over|except|beware of|pass over)\b(?:\s+(?:ever|read|reading|use|using|take|taking|answer|answering|give|"
    r"copy|return|pick|choose|extract|with|the|a|an))*)"
    r"|(?P<yes>\b(?:read|use|take|prefer|answer|choose|give|look|copy|return|pick|extract|report|find|but|"
    r"is the (?:transport )?reference|trust|search)\b)",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\b(?:labell?ed|stands|called|marked)\b", re.IGNORECASE)
_SIGHT = re.compile(r"\b(?:see|find|there is|has|have|holds?|contains?|shows?|labell?ed)\b", re.IGNORECASE)
_DROP = re.compile(
    r"\b(?:drop|remove|strip|omit|leave (?:out|off)|without|cut(?: off)?|delete|take off)\b", re.IGNORECASE
)
_AFFIX = re.compile(r"(?<![\w/])([A-Z]{1,5}/)(?!\w)|(?<!\w)(/\d{1,2})\b")
_SPACES = re.compile(r"\b(?:spaces|blanks|whitespace|white space)\b", re.IGNORECASE)
_KEEP = re.compile(
    r"\b(?:keep|preserve|leave|retain)\b|\bnot (?:remove|drop|strip)\b|n't (?:remove|drop|strip)\b", re.IGNORECASE
)
_PART = re.compile(
    r"\b(first|second|middle|last|final)\s+(?:one\b|of\b|number|part|value|token|entry|reference|segment|item|piece)",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\b(?:join|concatenate|combine|put together|append|glue)\b", re.IGNORECASE)
_JOINERS = (
    (
        "",
        re.compile(
            r"\b(?:with nothing|without (?:anything|a space|spaces|separator)|directly|seamlessly)\b", re.IGNORECASE
        ),
    ),
    ("-", re.compile(r"\b(?:hyphens?|dash(?:es)?)\b|\"-\"", re.IGNORECASE)),
    (".", re.compile(r"\b(?:dots?|full stops?|periods?)\b|\"\.\"", re.IGNORECASE)),
    (" ", re.compile(r"\b(?:space|blank)\b", re.IGNORECASE)),
)


@lru_cache(maxsize=8192)
def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the rules in a sentence; none if it says nothing that the reader can act on."""
    condition, main = _split(sentence)
    when = situation(condition)
    found = set(_manners(f"{condition}, {main}" if _affixes(condition) else main, when))
    if not any(rule.kind == "drop" for rule in found) or _CUE.search(main):
        found |= set(_places(main, when))
    if not found and _SIGHT.search(condition) and _CUE.search(main):  # "when you see X, take that"
        found |= {Rule("read", "", f"label:{fold(a or b)}") for a, b in _QUOTED.findall(condition)}
    return tuple(sorted(found))


def situation(condition: str) -> str:
    """Return what a condition hangs on: a name or label that it quotes, an issuer, or a language."""
    quoted = [a or b for a, b in _QUOTED.findall(condition)]
    named = quoted or ([match[1]] if (match := _NAMED.search(condition)) and not language_in(match[1]) else [])
    words = fold(named[0]) if named and not _affixes(condition) else ""
    if words:
        return f"seen:{words}"
    language = language_in(condition)
    return f"lang:{language}" if language else ""


def _split(sentence: str) -> tuple[str, str]:
    if match := _LEAD.match(sentence) or _TONGUE.match(sentence):
        return match[1], match[2]
    if match := _TRAIL.match(sentence):
        return match[2], match[1]
    return "", sentence


def _affixes(text: str) -> list[tuple[str, str]]:
    return _AFFIX.findall(text)


def _manners(text: str, when: str) -> Iterator[Rule]:
    """Yield how the number is to be written."""
    if _SPACES.search(text):
        if _KEEP.search(text):
            yield Rule("spaces", when, "keep")
        elif _DROP.search(text) or re.search(r"\bno spaces\b", text, re.IGNORECASE):
            yield Rule("spaces", when, "remove")
    if _DROP.search(text):
        positive = not re.search(r"\b(?:never|not|don't)\s+(?:drop|remove|strip|omit|cut)\b", text, re.IGNORECASE)
        for prefix, _ in _affixes(text):
            yield Rule("drop", when, f"prefix:{prefix}" if prefix else "suffix:/", positive)
    if match := _PART.search(text):
        yield Rule("part", when, match[1].lower().replace("final", "last"))
    if _JOIN.search(text):
        yield Rule("join", when, next((joiner for joiner, words in _JOINERS if words.search(text)), " "))


def _places(main: str, when: str) -> Iterator[Rule]:
    """Yield where to read and where not: quoted labels, kinds of numbers, and elements, each with its polarity."""
    cues = [(match.start(), match.lastgroup == "yes") for match in _CUE.finditer(main)]

    def said(at: int) -> bool | None:
        before = [yes for start, yes in cues if start < at]
        after = [yes for start, yes in cues if start > at]
        return before[-1] if before else True if (after and after[0]) or _WEAK.search(main) else None

    quotes = [(match.start(), match.end(), match[1] or match[2]) for match in _QUOTED.finditer(main)]
    labels = False
    for start, _, text in quotes:
        polarity = said(start)
        element = re.split(r"[:/]", text.removeprefix("cbc:").removeprefix("cac:"))[0].lower()
        if polarity is None or _affixes(text) or text.strip() in "-. " or not fold(text):
            continue
        if element in ELEMENTS and " " not in text:
            yield Rule("read", when, f"element:{element}", polarity)
        else:
            labels = True
            yield Rule("read", when, f"label:{fold(text)}", polarity)

    def outside(at: int) -> bool:
        return all(not start <= at < end for start, end, _ in quotes)

    for match in MENTION.finditer(main):
        polarity = said(match.start())
        if polarity is not None and outside(match.start()):
            yield Rule("read", when, f"family:{match.lastgroup}", polarity)
    for at, name in [] if labels else elements_in(main):
        polarity = said(at)
        if polarity is not None and outside(at):
            yield Rule("read", when, f"element:{name}", polarity)
