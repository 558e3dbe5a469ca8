"""The evaluator of an agent with tools: which ability the question asks for and the toolbox lacks."""

from __future__ import annotations

from ...attention import Mind, key_of
from ...reading import Case
from ..base import Judgement
from .abilities import wish
from .library import CRAFTS
from .question import Question, read_question
from .shelf import tools_in

_NOTHING = "nothing to add"
_CARE = "Check every figure against its source before you answer."


def judge(case: Case, mind: Mind) -> Judgement:
    """Compare the attempt with the truth; where it failed, name what was missing."""
    correct = case.success if case.outcome else case.answer.strip().lower() == case.truth.strip().lower()
    if correct:
        return Judgement(True, _NOTHING, pattern=_NOTHING, advice=_NOTHING)
    key = key_of(case.query)
    shelf = {tool.able for tool in tools_in(case.instruction)}
    question = read_question(case.query)
    missing = [ability for ability in needs(question) if ability not in shelf]
    if mind.chance(mind.profile.error, "error", key):
        crafts = list(CRAFTS)
        missing = [crafts[int(mind.draw("misreading", key) * len(crafts))], *missing]
    named = missing[: max(1, mind.profile.causes)]
    errors = sum(turn.observation.startswith("Error:") for turn in case.turns)
    failed = f"The answer {case.answer or '(none)'} is not the right one" + (", and calls failed." if errors else ".")
    source = ", ".join(dict.fromkeys(one.file or "a page" for one in question.wanted))
    if not named:
        return Judgement(
            False, failed, pattern="It had the tools and went wrong on the way.", advice=_CARE, source=source
        )
    return Judgement(
        False,
        failed,
        pattern="It had no tool for a part of the work.",
        advice=" ".join(map(wish, named)),
        source=source,
    )


def needs(question: Question) -> list[str]:
    """Return the abilities of tools that a question asks for beyond a plain toolbox's, in the order of their use."""
    of_files = [one.ability for one in question.wanted if one.ability in CRAFTS]
    return list(dict.fromkeys(["archive", *of_files] if question.archived and of_files else of_files))
