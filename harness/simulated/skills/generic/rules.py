"""What a sentence tells the generic agent: which part of the task to answer from, and how to write it.

========== ============ =====================================================================================
kind       subject      value
========== ============ =====================================================================================
field      situation    label of a field to read
pick       situation    ``first number``, ``largest number``, ``last word``, ``first option``, ``sum``, ``words``, ...
case       situation    ``upper``, ``lower`` or ``title``
turn       situation    ``reverse``
drop       situation    text to take off the beginning
keep       situation    ``digits`` or ``letters``
say        situation    a fixed answer
========== ============ =====================================================================================

The situation is the set of words, in order of the alphabet, that the task must hold; empty for always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ...guidelines import Rule

EXCLUSIVE = frozenset({"field", "pick", "case", "say", "keep", "turn"})

_QUOTED = re.compile(r"[\"“„«`]([^\"”“»`]{1,80})[\"”“»`]|(?<![\w])'([^']{1,80})'(?!\w)")
_LEAD = re.compile(
    r"^\s*(?:when(?:ever)?|if|for|where|in case|once)\b(.*?)(?:,|\bthen\b|:)\s*(.+)$", re.IGNORECASE | re.DOTALL
)
_TRAIL = re.compile(r"^(.+?)[,\s]+(?:when(?:ever)?|if|in case)\b(.+)$", re.IGNORECASE | re.DOTALL)
_NEVER = re.compile(r"\b(?:never|do not|don't|avoid|not|must not|should not)\b", re.IGNORECASE)
_FIELD = re.compile(
    r"\b(?:field|label|labell?ed|tag|line|element|attribute|column|row|entry|key|value of|value under|called|named)\b",
    re.IGNORECASE,
)
_UNQUOTED = re.compile(
    r"\b(?:labell?ed|called|named|field|tag)\s+(?:as\s+|the\s+)?([A-Za-z][\w#:-]*(?: [a-z#][\w#-]*){0,3}?)"
    r"(?=\s*(?:[.,;!]|$|\binstead\b|\band\b|\bfor\b|\bas\b|\brather\b))"
)
_READ = re.compile(
    r"\b(?:read|use|take|copy|give|return|answer|report|prefer|choose|look|pick|find|extract|output|write|from)\b",
    re.IGNORECASE,
)
_WHICH = {
    **dict.fromkeys(("first", "1st", "leading"), "first"),
    **dict.fromkeys(("second", "2nd"), "second"),
    **dict.fromkeys(("last", "final"), "last"),
    **dict.fromkeys(("largest", "biggest", "highest", "greatest", "maximum"), "largest"),
    **dict.fromkeys(("smallest", "lowest", "least", "minimum"), "smallest"),
    "longest": "longest",
    "shortest": "shortest",
}
_WHAT = {
    **dict.fromkeys(("number", "numbers", "figure", "amount"), "number"),
    **dict.fromkeys(("word", "words"), "word"),
    **dict.fromkeys(("option", "options", "choice", "candidate", "item"), "option"),
}
_PICK = re.compile(rf"\b({'|'.join(_WHICH)})(?: of the| \w+ed)? ({'|'.join(_WHAT)})\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:count|number of|how many)\b[^.]*?\b(words|letters|characters|numbers)\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:add(?: up)?|sum(?: up)?|total)\b[^.]*?\b(?:numbers|amounts|figures|values)\b", re.IGNORECASE)
_CASE = (
    (
        "upper",
        re.compile(
            r"\b(?:upper[ -]?case|capital letters|all caps|capitali[sz]e (?:all|every|each) letters?|block letters)\b",
            re.IGNORECASE,
        ),
    ),
    ("lower", re.compile(r"\b(?:lower[ -]?case|small letters)\b", re.IGNORECASE)),
    (
        "title",
        re.compile(r"\b(?:title case|capitali[sz]e(?: the)? (?:first letter|each word|every word))\b", re.IGNORECASE),
    ),
)
_REVERSE = re.compile(r"\b(?:reverse|reversed|backwards?|back to front|mirror(?:ed)?)\b", re.IGNORECASE)
_DROP = re.compile(r"\b(?:drop|remove|omit|strip|leave (?:out|off)|without|cut off|take off|delete)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b(?:only|just|nothing but)\b[^.]*\b(digits|letters)\b|\b(digits|letters) only\b", re.IGNORECASE)
_SAY = re.compile(
    r"\b(?:answer|say|reply|respond|write|output)(?: with| by)?(?: the word| exactly)?\s*:?\s*$", re.IGNORECASE
)
_STOP = frozenset(
    (
        "the a an of for to in on at is are was be and or it its this that these those when if whenever case "
        "once where question questions task asks ask asked asking says say said mentions mention contains "
        "contain has have with about wants want you your there one what which who how text query kind type "
        "tasks word words any some as by from needs need requires find give category named called field"
    ).split()
)


@lru_cache(maxsize=4096)
def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the rules in a sentence; none if it says nothing that the agent can act on."""
    condition, main = _split(sentence)
    when = situation(condition)
    return tuple(sorted(set(_read(main, when))))


def situation(text: str) -> str:
    """Return the words that a condition hangs on, sorted and joined by spaces."""
    quoted = " ".join(a or b for a, b in _QUOTED.findall(text))
    words = re.findall(r"[\w-]+", (quoted or text).lower())
    return " ".join(sorted({word for word in words if quoted or word not in _STOP}))


def _split(sentence: str) -> tuple[str, str]:
    """Return (condition, main clause)."""
    if match := _LEAD.match(sentence):
        return match[1], match[2]
    if match := _TRAIL.match(sentence):
        return match[2], match[1]
    return "", sentence


def _read(main: str, when: str) -> Iterator[Rule]:
    quoted = [(match.start(), next(g for g in match.groups() if g)) for match in _QUOTED.finditer(main)]

    def positive(at: int) -> bool:
        return _NEVER.search(main[:at]) is None or bool(re.search(r"\b(?:but|instead)\b", main[:at], re.IGNORECASE))

    if match := _DROP.search(main):
        after = [text for at, text in quoted if at > match.start()]
        if after:
            yield Rule("drop", when, after[0], positive(match.start()))
            return
    if match := _DIGITS.search(main):
        yield Rule("keep", when, (match[1] or match[2]).lower(), positive(match.start()))
    for value, pattern in _CASE:
        if match := pattern.search(main):
            yield Rule("case", when, value, positive(match.start()))
    if (match := _REVERSE.search(main)) and re.search(
        r"\b(?:word|answer|text|letters?|it|write|spell|string)\b", main, re.IGNORECASE
    ):
        yield Rule("turn", when, "reverse", positive(match.start()))
    if match := _COUNT.search(main):
        yield Rule("pick", when, match[1].lower().replace("characters", "letters"), positive(match.start()))
    elif match := _SUM.search(main):
        yield Rule("pick", when, "sum", positive(match.start()))
    elif _READ.search(main):
        for match in _PICK.finditer(main):
            yield Rule("pick", when, f"{_WHICH[match[1].lower()]} {_WHAT[match[2].lower()]}", positive(match.start()))
    if quoted:
        at, text = quoted[0]
        if _FIELD.search(main) and _READ.search(main):
            yield Rule("field", when, text.lower().rstrip(":"), positive(at))
        elif _SAY.search(main[:at]):
            yield Rule("say", when, text, positive(at))
    elif (match := _UNQUOTED.search(main)) and re.search(
        r"\b(?:read|use|take|copy|return|report|prefer|extract)\b", main, re.IGNORECASE
    ):
        yield Rule("field", when, match[1].lower(), positive(match.start()))
