"""The role of the evaluator: one attempt against its ground truth, in the form that the prompt asks for."""

from __future__ import annotations

import json

from .attention import Mind
from .reading import Chat, read_case
from .skills import skill_for

_ONE_WORD = "answer with one word: nothing"


def answer(chat: Chat, mind: Mind) -> str:
    """Return the evaluation as JSON with the parts that the prompt names, or the one word that it allows."""
    user = "\n".join(text for role, text in chat.turns if role == "user")
    judgement = skill_for(f"{chat.system}\n{user}").judge(read_case(user), mind)
    if judgement.correct and not judgement.grounded and _ONE_WORD in chat.system.lower():
        return "nothing"
    parts = {
        "verdict": "correct" if judgement.correct else "incorrect",
        "failed": judgement.failed,
        "source": judgement.source,
        "pattern": judgement.pattern,
        "advice": judgement.advice,
    }
    asked = {name: text for name, text in parts.items() if f'"{name}"' in chat.system}
    return json.dumps(asked or parts, ensure_ascii=False)
