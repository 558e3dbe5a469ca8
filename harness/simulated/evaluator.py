"""The role of the evaluator: one attempt against its ground truth, as one JSON object."""

from __future__ import annotations

import json

from .attention import Mind
from .reading import Chat, read_case
from .skills import skill_for


def answer(chat: Chat, mind: Mind) -> str:
    """Return the evaluation as JSON."""
    user = "\n".join(text for role, text in chat.turns if role == "user")
    judgement = skill_for(f"{chat.system}\n{user}").judge(read_case(user), mind)
    return json.dumps(
        {
            "verdict": "correct" if judgement.correct else "incorrect",
            "failed": judgement.failed,
            "pattern": judgement.pattern,
            "advice": judgement.advice,
        },
        ensure_ascii=False,
    )
