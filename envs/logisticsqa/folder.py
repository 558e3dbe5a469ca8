"""Examining a folder of invoices: which of them can be used, and what is wrong with the others, a line each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from envs.logisticsqa.documents import BadDocumentError, read_invoice
from envs.logisticsqa.labels import LABELS, Label, is_inside, normal, read_labels
from harness.core.errors import ConfigError
from harness.core.printable import printable


@dataclass(frozen=True, slots=True)
class Good:
    """A document that can be used: its truth, its language, the digest of its bytes, and where it is."""

    reference: str
    language: str
    digest: str
    path: Path


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
    counts = Counter(label.file for label in labels)
    there = dict(_documents(path))
    for label in labels:
        where = f"{path / LABELS}, line {label.line}: {label.file or '(no file name)'}"
        try:
            if counts[label.file] > 1:
                raise BadDocumentError("has more than one label")
            good[label.file] = _examined(there, label, owners=owners)
        except BadDocumentError as error:
            bad.append(f"{where} {error}")
    bad += [f"{path / name} has no label in {LABELS}" for name in sorted(there) if name not in counts]
    return Folder(good, bad)


def _documents(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the XML files of a folder by their normal names, without what other systems leave (``._a.xml``)."""
    for file in path.rglob("*"):
        parts = file.relative_to(path).parts
        foreign = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        if file.suffix.lower() == ".xml" and not foreign:
            yield normal("/".join(parts)), file


def _examined(there: Mapping[str, Path], label: Label, *, owners: dict[object, str]) -> Good:
    if not is_inside(label.file):
        raise BadDocumentError("is no file name within the folder")
    if not label.reference:
        raise BadDocumentError("has an empty reference")
    if len(label.reference.splitlines()) > 1:
        raise BadDocumentError("has a reference of several lines")
    if (shown := printable(label.reference)) != label.reference:  # no answer would ever equal it
        raise BadDocumentError(f"has a reference with characters that do not show: {shown[:80]}")
    file = there.get(label.file)
    if file is None or not file.is_file():
        raise BadDocumentError("does not exist as an XML file, though it has a label")
    invoice = read_invoice(file)
    first = owners.setdefault(invoice.identity, label.file)
    if first != label.file:
        raise BadDocumentError(f"has the same issuer and number ({invoice.identity[-1]}) as {first}")
    return Good(label.reference, invoice.language, hashlib.sha256(file.read_bytes()).hexdigest(), file)
