"""Looking at the words of a sentence: what is negated, and what stands between."""

from __future__ import annotations

Words = tuple[str, ...]

FILLER = frozenset(
    {"the", "a", "an", "your", "it", "any", "every", "each", "and", "or", "all", "other", "nearest", "closed", "them"}
)


def negated(words: Words, at: int) -> bool:
    """Return whether a "never" of the same clause stands before `at`; "never ... without" denies itself."""
    start = at
    while start > 0 and words[start - 1] not in (",", "until", "before"):
        start -= 1
    clause = words[start:at]
    negations = sum(word in ("never", "no") for word in clause)
    if "without" in clause and clause[-3:].count("without"):
        negations += 1
    return negations % 2 == 1


def between(words: Words, one: int, *, other: int) -> Words:
    """Return the words between two places of a sentence."""
    return words[min(one, other) + 1 : max(one, other)]
