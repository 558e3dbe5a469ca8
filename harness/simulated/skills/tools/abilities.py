"""What a tool can do, and what one is asked to do: read out of sentences about tools, whoever wrote them.

Abilities are those of `library.CRAFTS` and the four of a plain toolbox: ``read`` (plain text), ``search``, ``fetch``,
``compute``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...guidelines import Rule
from .library import CRAFTS

_CRAFTS = {ability: re.compile(craft.words, re.IGNORECASE) for ability, craft in CRAFTS.items()}
_SPECIFIC = (*(name for name in _CRAFTS if name != "archive"), "archive")
_PLAIN = (
    ("fetch", re.compile(r"\bfetch(?:es)?\b.*\bpages?\b", re.IGNORECASE)),
    ("search", re.compile(r"\bsearch(?:es)?\b", re.IGNORECASE)),
    ("compute", re.compile(r"\b(?:computes?|calculates?)\b.*\barithmetic\b", re.IGNORECASE)),
    ("read", re.compile(r"\bplain text\b|\btext files?\b", re.IGNORECASE)),
)
_TOOL = re.compile(r"\b(?:tools?|functions?)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def able(sentence: str) -> str | None:
    """Return the ability that a description (or a wish) speaks of."""
    found = next((name for name in _SPECIFIC if _CRAFTS[name].search(sentence)), None)
    return found or next((name for name, words in _PLAIN if words.search(sentence)), None)


def wish(ability: str) -> str:
    """Write that a tool is needed."""
    said = CRAFTS[ability].description
    return f"The agent needs a tool that can do this: {said[0].lower()}{said[1:]}"


def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the need that a sentence states."""
    found = able(sentence) if _TOOL.search(sentence) else None
    return (Rule("need", found, ""),) if found in CRAFTS else ()
