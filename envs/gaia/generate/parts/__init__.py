"""Parts of questions: a number that a file or a page holds, and the ability that it takes to read it there."""

from __future__ import annotations

from envs.gaia.generate.parts.part import Maker, Part
from envs.gaia.generate.parts.pictures import PICTURES
from envs.gaia.generate.parts.records import RECORDS
from envs.gaia.generate.parts.tables import TABLES, TEXTS
from envs.gaia.generate.parts.web import PAGES

LACKING: dict[str, Maker] = {**TABLES, **RECORDS, **PICTURES}
"""Abilities that the initial tools lack, each with what makes a part that needs it. Beside them: ``archive``."""

GIVEN: dict[str, Maker] = {**TEXTS, **PAGES}
"""What the initial tools can do."""

__all__ = ["GIVEN", "LACKING", "Maker", "Part"]
