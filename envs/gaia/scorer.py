"""GAIA's official scorer: quasi-exact match.

It gives the verdicts of ``question_scorer`` in the scorer that the benchmark's authors publish with their leaderboard
(Mialon et al., "GAIA: a benchmark for General AI Assistants", Section 3.2). It extracts nothing from an answer:
`envs.gaia.answer` does that before.
"""

from __future__ import annotations

import re
import string

VERSION = "1"

_SEPARATORS = re.compile("[,;]")
_WHITE_SPACE = re.compile(r"\s")
_NUMBER_DECORATION = str.maketrans("", "", "$%,")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def score(answer: str | None, truth: str) -> bool:
    """Return whether `answer` is the answer `truth`.

    The truth says how to compare. A number: as floats, without ``$``, ``%`` and ``,`` in the answer. A list, which is
    a text with ``,`` or ``;``: element by element in order. Any other text: without case, white space and ASCII
    punctuation.

    Parameters
    ----------
    answer
        The answer alone. None counts as the text ``None``, as on the leaderboard.
    truth
        The ground truth.
    """
    answer = str(answer)
    if is_number(truth):
        return as_number(answer) == float(truth)
    if _SEPARATORS.search(truth):
        return _equal_lists(_SEPARATORS.split(answer), _SEPARATORS.split(truth))
    return _plain(answer).translate(_PUNCTUATION) == _plain(truth).translate(_PUNCTUATION)


def is_number(text: str) -> bool:
    """Return whether Python's ``float`` reads `text`."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_number(text: str) -> float:
    """Read a number without ``$``, ``%`` and ``,``; what is none is infinity."""
    try:
        return float(text.translate(_NUMBER_DECORATION))
    except ValueError:
        return float("inf")


def _equal_lists(answers: list[str], truths: list[str]) -> bool:
    return len(answers) == len(truths) and all(map(_equal_elements, answers, truths))


def _equal_elements(answer: str, truth: str) -> bool:
    if is_number(truth):
        return as_number(answer) == float(truth)
    return _plain(answer) == _plain(truth)


def _plain(text: str) -> str:
    return _WHITE_SPACE.sub("", text).lower()
