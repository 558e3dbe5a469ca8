"""The household: text games in which an agent finds, treats and places things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...attention import Mind
from ...guidelines import Rule
from ...reading import Case, Chat
from ..base import Judgement
from . import critic, policy, rules

_STRONG = ("Your task is to:", "TextWorld, ALFRED", "household", "reach the goal, for example")
_WEAK = re.compile(
    r"\b(?:go to|receptacle|microwave|fridge|sinkbasin|countertop|desklamp|put (?:a|some|two)|drawer)\b", re.IGNORECASE
)


class HouseholdSkill:
    """See the package's modules: words, rules, world, conduct, policy, critic."""

    name = "household"
    exclusive = rules.EXCLUSIVE

    def recognises(self, text: str) -> bool:
        """Return whether a prompt is about the household."""
        head = text[:20000]
        return any(mark in head for mark in _STRONG) or len({m.lower() for m in _WEAK.findall(head)}) >= 3

    def understand(self, sentence: str) -> tuple[Rule, ...]:
        """Return the rules that a sentence states."""
        return rules.understand(sentence)

    def act(self, chat: Chat, mind: Mind) -> str:
        """Return the agent's next message."""
        return policy.act(chat, mind)

    def judge(self, case: Case, mind: Mind) -> Judgement:
        """Read one attempt with its ground truth."""
        return critic.judge(case, mind)

    def notice(self, cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:
        """Return where successful attempts found things."""
        return critic.whereabouts(cases, mind)

    def join(self, notes: Sequence[str]) -> list[str]:
        """Say in one sentence where a thing is found."""
        return critic.join(notes)
