"""The generic skill, underneath all others: text tasks of which the model knows nothing but what they show."""

from __future__ import annotations

from ..base import Skill
from . import answering, critic, rules


def _recognises(text: str) -> bool:  # noqa: ARG001
    return True


SKILL = Skill(
    "generic",
    _recognises,
    understand=rules.understand,
    act=answering.act,
    judge=critic.judge,
    exclusive=rules.EXCLUSIVE,
)
