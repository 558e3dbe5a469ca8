"""What all parts of the record share: the version of their form, and that they refuse what they do not know."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 3
"""Raised when a file of the record changes its form; `harness.records.versions` reads earlier ones as well."""

Status = Literal["running", "incomplete", "failed", "finished"]


class Strict(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
