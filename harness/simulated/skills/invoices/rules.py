"""What a sentence tells the reader of invoices: where to look, what to pass over, and how to write the number.

========== =========================================================================================
kind       value
========== =========================================================================================
read       ``label:...``, ``family:...`` or ``element:...``: take it (positive) or never take it
where      ``header``, ``first line``, ``last line`` or ``dearest line``, where several have the label
part       ``first``, ``second``, ``middle``, ``last``, ``smallest`` or ``largest`` of several numbers
date       ``earlier`` or ``later`` of numbers with dates
halves     ``header first`` or ``line first``
join       what stands between the parts of a number that is printed in several places
separators ``keep``, ``remove`` or ``fours``: spaces, dots and hyphens between digits
prefix     ``keep`` or ``drop``; likewise ``suffix`` and ``zeros``
branch     ``append`` or ``ignore`` the branch letter
========== =========================================================================================

The subject of a rule is its situation: empty for always, else conditions joined by ``&``: ``lang:tr``,
``service:sea``, ``part:haulier``, or ``seen:...`` for words that the document must hold (an issuer's name, a label).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ...guidelines import Rule
from .choices import VALUES
from .words import ELEMENTS, MENTION, conditions_in, elements_in, fold, language_in

EXCLUSIVE = frozenset({"join", *VALUES})

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
_SEPARATORS = re.compile(r"\b(?:separators?|spaces|blanks|whitespace|white space|dots|hyphens)\b", re.IGNORECASE)
_FOURS = re.compile(r"\bgroups? of (?:four|4)\b|\bin fours\b", re.IGNORECASE)
_PARTS_OF_A_NUMBER = {
    "prefix": re.compile(r"\bprefix", re.IGNORECASE),
    "suffix": re.compile(r"\bsuffix", re.IGNORECASE),
    "zeros": re.compile(r"\bzeroe?s\b", re.IGNORECASE),
}
_LEAVE_OUT = re.compile(r"\bleave (?:\w+ ){0,4}(?:out|off)\b", re.IGNORECASE)
_NOT = re.compile(r"(?:\bnot|n't|\bnever) $", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:leave|not|never|ignore|without)\b|n't\b", re.IGNORECASE)
_BRANCH = re.compile(r"\bbranch(?:'s)? letter\b", re.IGNORECASE)
_ADD = re.compile(r"\b(?:append|add|attach|put)\b", re.IGNORECASE)
_HALVES = re.compile(r"\b(header|line)\b[^.]*?\bfirst\b[^.]*\b(?:header|line)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:(earlie(?:r|st)|old(?:er|est))|(?:later|latest|new(?:er|est)|most recent))\b[^.]*\bdate|"
    r"\bdate\w*[^.]*\b(?:(earlie(?:r|st)|old(?:er|est))|(?:later|latest|new(?:er|est)))\b",
    re.IGNORECASE,
)
_WHERE = (
    (
        "dearest line",
        re.compile(r"\bline with the (?:highest|largest|greatest) (?:net )?amount|\bdearest line", re.IGNORECASE),
    ),
    ("first line", re.compile(r"\bfirst (?:invoice )?line\b", re.IGNORECASE)),
    ("last line", re.compile(r"\blast (?:invoice )?line\b", re.IGNORECASE)),
    ("header", re.compile(r"\b(?:in|of|from) the header\b", re.IGNORECASE)),
)
_KEEP = re.compile(
    r"\b(?:keep|preserve|leave|retain)\b|\bnot (?:remove|drop|strip)\b|n't (?:remove|drop|strip)\b", re.IGNORECASE
)
_PART = re.compile(
    r"\b(first|second|middle|last|final|smallest|lowest|largest|highest)\s+(?:one\b|of\b|number|part|value|token|entry|reference|segment|item|piece)",
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
    found: set[Rule] = set()
    for when in situations(condition):
        found |= set(_manners(f"{condition}, {main}" if _affixes(condition) else main, when))
        if not any(rule.kind in ("prefix", "suffix") for rule in found) or _CUE.search(main):
            found |= set(_places(main, when))
    if not found and _SIGHT.search(condition) and _CUE.search(main):  # "when you see X, take that"
        found |= {Rule("read", "", f"label:{fold(a or b)}") for a, b in _QUOTED.findall(condition)}
    return tuple(sorted(found))


def situations(condition: str) -> list[str]:
    """Return what a condition hangs on: a name or label that it quotes, an issuer, or what documents show."""
    quoted = [a or b for a, b in _QUOTED.findall(condition)]
    named = quoted or ([match[1]] if (match := _NAMED.search(condition)) and not language_in(match[1]) else [])
    words = fold(named[0]) if named and not _affixes(condition) else ""
    if words:
        return [f"seen:{words}"]
    return conditions_in(condition) or [""]


def _split(sentence: str) -> tuple[str, str]:
    if match := _LEAD.match(sentence) or _TONGUE.match(sentence):
        return match[1], match[2]
    if match := _TRAIL.match(sentence):
        return match[2], match[1]
    return "", sentence


def _affixes(text: str) -> list[tuple[str, str]]:
    return _AFFIX.findall(text)


def _manners(text: str, when: str) -> Iterator[Rule]:
    """Yield which number of several counts, and how it is to be written."""
    if match := _DATE.search(text):
        yield Rule("date", when, "earlier" if match[1] or match[2] else "later")
    elif match := _PART.search(text):
        yield Rule("part", when, _SAME.get(match[1].lower(), match[1].lower()))
    if re.search(r"\bhal(?:f|ves)\b", text, re.IGNORECASE):
        if match := _HALVES.search(text):
            yield Rule("halves", when, f"{match[1].lower()} first")
        return
    if _CUE.search(text):
        yield from (Rule("where", when, place) for place, words in _WHERE if words.search(text))
    yield from _written(text, when)


_SAME = {"final": "last", "lowest": "smallest", "highest": "largest"}


def _written(text: str, when: str) -> Iterator[Rule]:
    if _FOURS.search(text):
        yield Rule("separators", when, "fours")
    elif (match := _SEPARATORS.search(text)) and (kept := _kept(text, match.start())) is not None:
        yield Rule("separators", when, "keep" if kept else "remove")
    named = {"prefix" if match[1] else "suffix": match.start() for match in _AFFIX.finditer(text)}
    named |= {kind: match.start() for kind, words in _PARTS_OF_A_NUMBER.items() if (match := words.search(text))}
    for kind, at in named.items():
        if (kept := _kept(text, at)) is not None:
            yield Rule(kind, when, "keep" if kept else "drop")
    if _BRANCH.search(text):
        if _WITHOUT.search(text):
            yield Rule("branch", when, "ignore")
        elif _ADD.search(text):
            yield Rule("branch", when, "append")
    elif _JOIN.search(text):
        yield Rule("join", when, next((joiner for joiner, words in _JOINERS if words.search(text)), " "))


def _kept(text: str, at: int) -> bool | None:
    """Return whether what stands at a place is to be kept, by the verb before it, else after it; None without one."""
    verbs = sorted(
        [(match.start(), True) for match in _KEEP.finditer(text) if not _LEAVE_OUT.match(text, match.start())]
        + [(match.start(), False) for match in _DROP.finditer(text) if not _NOT.search(text[: match.start()])]
        + [(match.start(), False) for match in _LEAVE_OUT.finditer(text)]
    )
    before = [kept for start, kept in verbs if start < at]
    after = [kept for start, kept in verbs if start >= at]
    return before[-1] if before else after[0] if after else None


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

    mentions = list(MENTION.finditer(main))
    for match in mentions:
        polarity = said(match.start())
        if polarity is not None and outside(match.start()):
            yield Rule("read", when, f"family:{match.lastgroup}", polarity)
    for at, name in [] if labels else elements_in(main):
        polarity = said(at)
        named = any(match.start() <= at < match.end() for match in mentions)  # the note in "delivery note"
        if polarity is not None and outside(at) and not named:
            yield Rule("read", when, f"element:{name}", polarity)
