"""Files of the record of earlier versions, read as ones of this version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.printable import printable
from harness.records.schema import SCHEMA_VERSION

File = dict[str, Any]


class NotThisVersion(Exception):
    """A file is no JSON object, or of a version that is not read."""


def upgraded(content: object) -> File:
    """Return the content of ``run.json``, ``result.json`` or ``lineage.json`` in this version's form.

    Raises
    ------
    NotThisVersion
        If it is no JSON object, or of a version that is not read.
    """
    if not isinstance(content, dict):
        raise NotThisVersion("it holds no JSON object")
    version = content.get("schema_version")
    if type(version) is not int:  # True is no version
        version = None
    if version == SCHEMA_VERSION:
        return content
    reader = None if version is None else READERS.get(version)
    if reader is None:
        said, read = printable(str(content.get("schema_version"))[:20]), ", ".join(map(str, (*READERS, SCHEMA_VERSION)))
        raise NotThisVersion(f"it has schema version {said}; this version reads {read}")
    return {**reader(content), "schema_version": SCHEMA_VERSION}


def _from_1(content: File) -> File:
    """Version 1 described the environment in a free mapping, in which a record by hand could leave fields out."""
    described = content.get("environment")
    if not isinstance(described, dict):
        return content
    return {**content, "environment": {"version": "1", "scorer_version": "1", "data_checksum": "", **described}}


def _from_2(content: File) -> File:
    """Version 2 wrote whole rows; these files were as they are."""
    return content


READERS: dict[int, Callable[[File], File]] = {1: _from_1, 2: _from_2}
"""By version, what brings a file into this version's form."""
