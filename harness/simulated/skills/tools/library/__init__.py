"""The library of tools that the simulated model knows how to write: what a programmer brings along, stated in full.

It writes one of them only where an evaluation asks for its ability, and it finds none that is not here.
"""

from __future__ import annotations

from .craft import LOADER, Craft, Draft, written
from .documents import DOCUMENTS
from .media import MEDIA
from .records import RECORDS

CRAFTS: dict[str, Craft] = {craft.ability: craft for craft in (*DOCUMENTS, *RECORDS, *MEDIA)}

__all__ = ["CRAFTS", "LOADER", "Craft", "Draft", "written"]
