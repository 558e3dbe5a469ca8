"""What `harness doctor` finds: one thing that was looked at, how it stands, and what mends it.

An environment adds its own by a module `doctor` beside the class, with a function ``findings() -> Iterable[Finding]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["fine", "optional", "missing"]
"""``missing``: nothing works without it. ``optional``: only what `mend` names needs it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    state: str
    mend: str = ""
