"""Skills: most specific first, the generic one at the end."""

from __future__ import annotations

from .base import Skill
from .generic import GenericSkill
from .household import HouseholdSkill
from .invoices import InvoiceSkill
from .tools import ToolsSkill

SKILLS: tuple[Skill, ...] = (ToolsSkill(), HouseholdSkill(), InvoiceSkill(), GenericSkill())


def skill_for(text: str) -> Skill:
    """Return the first skill that recognises a prompt."""
    return next(skill for skill in SKILLS if skill.recognises(text))
