"""The household: text games in which an agent finds, treats and places things."""

from __future__ import annotations

import re

from ..base import Skill
from . import critic, policy, rules

_STRONG = ("Your task is to:", "TextWorld, ALFRED", "household", "reach the goal, for example")
_WEAK = re.compile(
    r"\b(?:go to|receptacle|microwave|fridge|sinkbasin|countertop|desklamp|put (?:a|some|two)|drawer)\b", re.IGNORECASE
)


def _recognises(text: str) -> bool:
    head = text[:20000]
    return any(mark in head for mark in _STRONG) or len({m.lower() for m in _WEAK.findall(head)}) >= 3


SKILL = Skill(
    "household",
    _recognises,
    understand=rules.understand,
    act=policy.act,
    judge=critic.judge,
    exclusive=rules.EXCLUSIVE,
    notice=critic.whereabouts,
    join=critic.join,
)
