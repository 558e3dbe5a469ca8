"""What an agent says at its end, and the answer in it."""

from __future__ import annotations

import re

_MARK = re.compile(r"final\s+answer\s*(?:\*\*|__)?\s*[:：]\s*(?:\*\*|__)?", re.IGNORECASE)
_EMPHASIS = ("**", "__", "`")


def final_answer(text: str) -> str | None:
    """Return what follows the last ``FINAL ANSWER:``, or None where there is no such mark.

    The answer is one line: the rest of the mark's line or, where that is empty, the next line that is not. Markdown
    emphasis around it and a placeholder's square brackets (``[42]``) are dropped; nothing else is, since the scorer
    reads punctuation.
    """
    marks = list(_MARK.finditer(text))
    if not marks:
        return None
    lines = (line.strip() for line in text[marks[-1].end() :].splitlines())
    answer = next((line for line in lines if line), "")
    for emphasis in _EMPHASIS:
        answer = answer.removeprefix(emphasis).removesuffix(emphasis).strip()
    if answer.startswith("[") and answer.endswith("]"):
        answer = answer[1:-1].strip()
    return answer
