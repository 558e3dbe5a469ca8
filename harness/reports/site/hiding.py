"""Texts of a run as the site may show them: of a sensitive environment, digests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.records.reading.shareable import shareable

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Hiding:
    """What is done to the texts of one run."""

    sensitive: bool

    def text(self, text: str) -> str:
        """Return a text, or its digest."""
        return shareable(text, self.sensitive)

    def value(self, value: object) -> object:
        """Return a JSON-like value with its texts hidden; digests of modules and names of facts stay."""
        if not self.sensitive:
            return value
        if isinstance(value, str):
            return value if _DIGEST.fullmatch(value) else self.text(value)
        if isinstance(value, Mapping):
            return {
                name if name.isidentifier() else self.text(name): self.value(inner) for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value
