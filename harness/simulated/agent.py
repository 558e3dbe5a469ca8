"""The role of the agent: the skill that recognises the prompt answers."""

from __future__ import annotations

from .attention import Mind
from .reading import Chat
from .skills import skill_for


def answer(chat: Chat, mind: Mind) -> str:
    """Return the agent's next message."""
    return skill_for(chat.whole).act(chat, mind)
