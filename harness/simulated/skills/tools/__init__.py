"""The skill of an agent with tools: questions about files and pages, and toolboxes that are written for them."""

from __future__ import annotations

from ..base import Skill, ToolWriting
from . import abilities, critic, joiner, maker, policy


def _recognises(text: str) -> bool:
    # A toolbox to be read, or tools to answer a question with.
    return "<toolbox>" in text or ("FINAL ANSWER:" in text and "\nTools:\n" in text)


SKILL = Skill(
    "tools",
    _recognises,
    abilities.understand,
    policy.act,
    critic.judge,
    tools=ToolWriting(maker.rewrite, joiner.unite),
)
