"""The evaluator of an agent with tools: which capability the question asks for and the toolbox lacks."""

from __future__ import annotations

import re

from ...attention import Mind, key_of
from ...reading import Case
from ..base import Judgement
from .abilities import TABLE_KINDS, TEXT_KINDS, wish
from .question import Question, kind_of, read_question
from .shelf import tools_in

Need = tuple[str, str, bool]
"""Ability, kind of file, and whether it lies inside an archive."""

_CARE = "Check every figure against its source before you answer."


def judge(case: Case, mind: Mind) -> Judgement:
    """Compare the attempt with the truth; where it failed, name what was missing."""
    correct = case.success if case.outcome else case.answer.strip().lower() == case.truth.strip().lower()
    if correct:
        used = ", ".join(dict.fromkeys(turn.action.partition("(")[0] for turn in case.turns if turn.action))
        return Judgement(True, "nothing", f"It used {used or 'no tool'} and computed what was asked.", "Keep this up.")
    key = key_of(case.query)
    shelf = [tool.able for tool in tools_in(case.instruction) if tool.able is not None]
    wanted = needs(read_question(case.query), case)
    missing = [need for need in wanted if not any(able.does(*need) for able in shelf)]
    if mind.chance(mind.profile.error, "error", key):
        missing = [_misreading(mind, key), *missing]
    named = missing[: max(1, mind.profile.causes)]
    errors = sum(turn.observation.startswith("Error:") for turn in case.turns)
    failed = f"The answer {case.answer or '(none)'} is not the right one" + (", and calls failed." if errors else ".")
    if not named:
        return Judgement(False, failed, "It had the tools and went wrong on the way.", _CARE)
    return Judgement(False, failed, "It had no tool for a part of the work.", " ".join(wish(*need) for need in named))


def needs(question: Question, case: Case) -> list[Need]:
    """Return the abilities that a question asks for, in the order in which an agent would use them."""
    kind = question.kind
    if question.operation == "total":
        return [*_reading(kind, False), ("total", kind, False)]
    if question.operation == "count":
        return [("count", kind, False)]
    if question.operation == "run":
        return [("run", kind, False)]
    if question.operation == "sum":
        return [*_reading(kind, False), ("page", "", False)]
    if question.operation == "years":
        seen = " ".join(turn.observation for turn in case.turns)
        inside = [name for name in re.findall(r"\w+\.\w+", seen) if kind_of(name) in TABLE_KINDS]
        return [("list", "zip", False), *(("total", kind_of(name), True) for name in inside[:1]), ("page", "", False)]
    if question.operation == "list":
        tables = [kind_of(name) for name in question.named if kind_of(name) in TABLE_KINDS]
        return [
            *(("total", kind, True) for kind in tables),
            ("count", "png", True),
            *(("read", kind, True) for kind in tables[:1]),
            ("page", "", False),
        ]
    return [("page", "", False)] if question.operation == "fact" else []


def _reading(kind: str, inside: bool) -> list[Need]:
    return [] if kind in TEXT_KINDS and not inside else [("read", kind, inside)]


def _misreading(mind: Mind, key: str) -> Need:
    kind = TABLE_KINDS[int(mind.draw("misreading", key) * len(TABLE_KINDS))]
    return ("read", kind, mind.chance(0.5, "inside", key))
