"""The generic skill: text tasks of which the model knows nothing but what they show."""

from __future__ import annotations

from collections.abc import Sequence

from ...attention import Mind
from ...guidelines import Rule
from ...reading import Case, Chat
from ..base import Judgement
from . import answering, critic, rules


class GenericSkill:
    """The skill underneath all others: it recognises every prompt."""

    name = "generic"
    exclusive = rules.EXCLUSIVE

    def recognises(self, text: str) -> bool:  # noqa: ARG002
        """Return True."""
        return True

    def understand(self, sentence: str) -> tuple[Rule, ...]:
        """Return the rules that a sentence states."""
        return rules.understand(sentence)

    def act(self, chat: Chat, mind: Mind) -> str:
        """Return an answer."""
        return answering.act(chat, mind)

    def judge(self, case: Case, mind: Mind) -> Judgement:
        """Read one attempt with its ground truth."""
        return critic.judge(case, mind)

    def notice(self, cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:  # noqa: ARG002
        """Return nothing: what attempts show, evaluations say."""
        return ()

    def join(self, notes: Sequence[str]) -> list[str]:
        """Return the notes as they are."""
        return list(notes)
