"""Examining a folder of invoices: which of them can be used, and what is wrong with the others, a line each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from envs.logisticsqa.documents import BadDocumentError, read_invoice
from envs.logisticsqa.labels import LABELS, Label, is_inside, read_labels
from harness.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Good:
    """A document that can be used: its truth, its language, and the digest of its bytes."""

    reference: str
    language: str
    digest: str


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: good documents by file name, and a line on each problem, which names the file."""

    good: Mapping[str, Good]
    bad: Sequence[str]


def examine(path: Path) -> Folder:
    """Read a folder: one document at a time, so that memory stays flat.

    Raises
    ------
    ConfigError
        If it is no folder, or its labels.csv is no table.
    """
    if not path.is_dir():
        raise ConfigError(f"env.data_dir={path} is not a folder")
    good: dict[str, Good] = {}
    bad: list[str] = []
    owners: dict[object, str] = {}
    labels = read_labels(path)
    counts: dict[str, int] = {}
    for label in labels:
        counts[label.file] = counts.get(label.file, 0) + 1
    for label in labels:
        where = f"{path / LABELS}, line {label.line}: {label.file or '(no file name)'}"
        try:
            if counts[label.file] > 1:
                raise BadDocumentError("has more than one label")
            good[label.file] = _examined(path, label, owners)
        except BadDocumentError as error:
            bad.append(f"{where} {error}")
    there = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.suffix.lower() == ".xml")
    bad += [f"{path / name} has no label in {LABELS}" for name in there if name not in counts]
    return Folder(good, bad)


def _examined(path: Path, label: Label, owners: dict[object, str]) -> Good:
    if not is_inside(label.file):
        raise BadDocumentError("is no file name within the folder")
    if not label.reference:
        raise BadDocumentError("has an empty reference")
    file = path / label.file
    if not file.is_file():
        raise BadDocumentError("does not exist, though it has a label")
    invoice = read_invoice(file)
    first = owners.setdefault(invoice.identity, label.file)
    if first != label.file:
        raise BadDocumentError(f"has the same issuer and number ({invoice.identity[1]}) as {first}")
    return Good(label.reference, invoice.language, hashlib.sha256(file.read_bytes()).hexdigest())
