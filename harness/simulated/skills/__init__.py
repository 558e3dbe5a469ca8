"""Skills: most specific first, the generic one at the end."""

from __future__ import annotations

from . import generic, household, invoices, tools
from .base import Skill

SKILLS = (tools.SKILL, household.SKILL, invoices.SKILL, generic.SKILL)


def skill_for(text: str) -> Skill:
    """Return the first skill that recognises a prompt."""
    return next(skill for skill in SKILLS if skill.recognises(text))
