"""A toolbox written by hand that solves the generated tasks."""

from __future__ import annotations

from envs.gaia.reference.archives import ARCHIVES
from envs.gaia.reference.pictures import PICTURES
from envs.gaia.reference.records import RECORDS
from envs.gaia.reference.tables import TABLES
from envs.gaia.reference.writing import LOADER
from envs.gaia.toolbox import PLAIN
from harness.core.domain import Toolbox

REFERENCE = Toolbox((*PLAIN.tools, *ARCHIVES, *TABLES, *RECORDS, *PICTURES), LOADER.lstrip())

__all__ = ["REFERENCE"]
