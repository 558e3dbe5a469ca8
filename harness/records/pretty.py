"""Records as JSON that people and diffs can read."""

from __future__ import annotations

import json

from pydantic import BaseModel


def pretty(model: BaseModel) -> str:
    """Return a record as JSON for people and for diffs."""
    return json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
