"""Reading labels.csv: a row a document, with its file name and the reference that is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.core.errors import ConfigError

LABELS = "labels.csv"
COLUMNS = ("file", "reference")


@dataclass(frozen=True, slots=True)
class Label:
    """A row: its line in the file, the document's file name, and the truth."""

    line: int
    file: str
    reference: str


def read_labels(folder: Path) -> Sequence[Label]:
    """Return the rows of a folder's labels.csv: comma, semicolon or tab, UTF-8 or UTF-16, with or without a BOM.

    Raises
    ------
    ConfigError
        If there is no such file, or it is no table with the columns file and reference.
    """
    path = folder / LABELS
    rows = csv.DictReader(io.StringIO(text := _text(path)), delimiter=_delimiter(text))
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise ConfigError(f"{path} has no column {missing[0]!r}: its first line must name {' and '.join(COLUMNS)}")
    try:
        return [
            Label(rows.line_num, *((row[names[column]] or "").strip() for column in COLUMNS))
            for row in rows
            if any(isinstance(value, str) and value.strip() for value in row.values())
        ]
    except csv.Error as error:
        raise ConfigError(f"{path}, line {rows.line_num}: {error}") from None


def is_inside(file: str) -> bool:
    """Return whether a file name stays within its folder."""
    path = PurePosixPath(file.replace("\\", "/"))
    return bool(file) and not path.is_absolute() and ".." not in path.parts and ":" not in file and "\0" not in file


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read {path} ({error.strerror}): env.data_dir needs XML files and labels.csv"
        ) from None
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not {encoding.removesuffix('-sig').upper()} (byte {error.start})") from None


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)
