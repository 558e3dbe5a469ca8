"""What an agent says at its end, and the answer in it."""

from __future__ import annotations

from harness.core.answer_text import without_thoughts

_MARK = ("final", "answer")
_COLONS = ":："
_EMPHASIS = "*_`"
_FENCE = "```"


def final_answer(text: str) -> str | None:
    """Return what follows the last ``FINAL ANSWER:``, or None where there is no such mark.

    The answer is one line: the rest of the mark's line or, where that is empty, the next line that is not, be it in a
    code block. What a model thinks between ``<think>`` and ``</think>`` is no answer. Markdown emphasis around the
    answer and a placeholder's square brackets (``[42]``) are dropped; nothing else is, since the scorer reads
    punctuation. Every letter is looked at a bounded number of times.
    """
    lines = without_thoughts(text).splitlines()
    for number in reversed(range(len(lines))):
        rest = _after_mark(lines[number])
        if rest is not None:
            return next((said for line in (rest, *lines[number + 1 :]) if (said := _bare(line))), "")
    return None


def _after_mark(line: str) -> str | None:
    """Return what stands behind the last mark in a line, or None."""
    lower = line.lower()
    if len(lower) != len(line):  # letters whose lower case is longer
        lower = "".join(low if len(low := letter.lower()) == 1 else letter for letter in line)
    end = len(lower)
    while (at := lower.rfind(_MARK[1], 0, end)) >= 0:
        before = lower[max(0, at - 64) : at]
        behind = at + len(_MARK[1])
        after = line[behind : behind + 64]
        bare = after.lstrip().lstrip("*_").lstrip()
        if before.rstrip() != before and before.rstrip().endswith(_MARK[0]) and bare[:1] and bare[0] in _COLONS:
            return line[behind + after.index(bare[0]) + 1 :]
        end = at
    return None


def _bare(line: str) -> str:
    """Return a line without emphasis, code fences and a placeholder's brackets."""
    answer = line.strip()
    if answer.startswith(_FENCE):
        inside, closed, _ = answer[len(_FENCE) :].partition(_FENCE)
        return inside.strip() if closed else ""
    if answer.endswith(_FENCE):
        answer = answer.removesuffix(_FENCE).rstrip()
    for emphasis in ("**", "__", "`"):
        answer = answer.removeprefix(emphasis).removesuffix(emphasis).strip()
    if not answer.strip(_EMPHASIS):
        return ""
    if answer.startswith("[") and answer.endswith("]"):
        answer = answer[1:-1].strip()
    return answer
