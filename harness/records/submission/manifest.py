"""What a submission holds: the files of a record that travel, and the list of them with their digests."""

from __future__ import annotations

import hashlib
import re
from io import BufferedReader

from harness.records.bounds import Digest, Name
from harness.records.schema import Strict

MANIFEST = "submission.json"
"""The member that lists the others."""

FORMAT = 1

MEMBER = re.compile(
    r"(run|result|lineage|rules)\.json|(test|train|texts|journal)\.jsonl|module\.txt|modules/[0-9a-f]{12}\.json",
    re.ASCII,
)
"""Names that a submission may hold."""

NEEDED = frozenset({"run.json", "result.json", "lineage.json", "test.jsonl", "journal.jsonl"})
"""Members without which there is nothing to verify."""


class Manifest(Strict):
    """``submission.json``; `files` holds the SHA-256 of each member."""

    format: int = FORMAT
    run_id: Name
    files: dict[Name, Digest]


def sha256(file: BufferedReader) -> str:
    """Return the digest of an open file, read in pieces."""
    return hashlib.file_digest(file, "sha256").hexdigest()
