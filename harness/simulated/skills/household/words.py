"""The household's words brought to one form, so that a person's own wording is understood.

These are words, not knowledge: nothing here says which appliance heats, or where mugs are kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import synonyms


def words_in(text: str) -> frozenset[str]:
    """Return the words of a table."""
    return frozenset(text.split())


def _table(text: str) -> dict[str, str]:
    """Return word to meaning; a line that is indented continues the one before."""
    result: dict[str, str] = {}
    for line in re.sub(r"\n +", " ", text).strip().splitlines():
        meaning, _, words = line.partition(":")
        result[meaning] = meaning
        result.update(dict.fromkeys(words.split(), meaning))
    return result


PLACES = words_in(synonyms.PLACES)
LAMPS = frozenset({"desklamp", "floorlamp", "lamp"})
TREATMENTS = ("heat", "cool", "clean")
ANYTHING = words_in("object item thing target it them something anything everything stuff")

_SYNONYMS = _table(synonyms.SYNONYMS)
_PHRASES = [(re.compile(pattern), word) for pattern, word in synonyms.PHRASES]
_JOIN = [
    (re.compile(rf"\b{compound.replace(' ', '[ -]')}(?:s|es)?\b"), compound.replace(" ", ""))
    for compound in sorted(re.split(r"[|\n]", synonyms.COMPOUNDS.strip()), key=len, reverse=True)
]
_WORD = re.compile(r"[a-z][a-z'-]*|\d+|[,;:.]")
_SLOT = re.compile(r"<\s*([\w ]+?)\s*>|\{\s*([\w ]+?)\s*\}|\[\s*([\w ]+?)\s*\]")


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """Return the singular of a thing's name."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses", "toes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "as")):
        return word[:-1]
    return word


@lru_cache(maxsize=2048)
def canonical(text: str) -> tuple[str, ...]:
    """Return the words of a sentence in their one form; punctuation that separates clauses stays as ``,``."""
    low = _SLOT.sub(lambda match: next(filter(None, match.groups())), text.lower().replace("’", "'"))
    low = low.replace("/", " or ").replace("_", " ")
    for pattern, word in (*_JOIN, *_PHRASES):
        low = pattern.sub(word, low)
    words: list[str] = []
    for word in _WORD.findall(low):
        if not word[0].isalnum():
            if words and words[-1] != ",":
                words.append(",")
            continue
        bare = word.strip("'-").removesuffix("'s")
        if bare:
            one = singular(bare)
            words.append(_SYNONYMS.get(bare) or _SYNONYMS.get(one, one))
    return tuple(words)
