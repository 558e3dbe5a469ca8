"""The skill of an agent with tools: questions about files and pages, and toolboxes that are written for them."""

from __future__ import annotations

from collections.abc import Sequence

from ...attention import Mind
from ...guidelines import Rule
from ...reading import Case, Chat
from ..base import Judgement
from . import abilities, critic, joiner, maker, policy


class ToolsSkill:
    """Works with tools, and writes them."""

    name = "tools"
    exclusive: frozenset[str] = frozenset()

    def recognises(self, text: str) -> bool:
        """Return whether a prompt is about tools: a toolbox to be read, or tools to answer a question with."""
        return "<toolbox>" in text or ("FINAL ANSWER:" in text and "\nTools:\n" in text)

    def understand(self, sentence: str) -> tuple[Rule, ...]:
        """Return the capabilities that a sentence asks for."""
        return abilities.understand(sentence)

    def act(self, chat: Chat, mind: Mind) -> str:
        """Return calls of tools, or the final answer."""
        return policy.act(chat, mind)

    def judge(self, case: Case, mind: Mind) -> Judgement:
        """Read one attempt with its ground truth."""
        return critic.judge(case, mind)

    def notice(self, cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:  # noqa: ARG002
        """Return nothing: what attempts show, evaluations say."""
        return ()

    def join(self, notes: Sequence[str]) -> list[str]:
        """Return the notes as they are."""
        return list(notes)

    def rewrite(self, chat: Chat, mind: Mind) -> str:
        """Return actions on the toolbox."""
        return maker.rewrite(chat, mind)

    def unite(self, chat: Chat, mind: Mind) -> str:
        """Return the tools of the merged toolbox."""
        return joiner.unite(chat, mind)
