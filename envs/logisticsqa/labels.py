"""Reading labels.csv: a row a document, with its file name and the reference that is right."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.core.errors import ConfigError

LABELS = "labels.csv"
COLUMNS = ("file", "reference")

_SEPARATOR_LINE = "sep="  # what some spreadsheets write before the header


@dataclass(frozen=True, slots=True)
class Label:
    """A row: its line in the file, the document's file name in its normal form, and the truth."""

    line: int
    file: str
    reference: str


def read_labels(folder: Path) -> Sequence[Label]:
    """Return the rows of a folder's labels.csv: comma, semicolon or tab, UTF-8 or UTF-16, any line ends.

    Raises
    ------
    ConfigError
        If there is no such file, or it is no table with one column ``file`` and one column ``reference``, or a row has
        more fields than the header.
    """
    path = folder / LABELS
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    if text.lower().startswith(_SEPARATOR_LINE):
        text = f"\n{text.partition(chr(10))[2]}"  # an empty line keeps the count of lines
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        return list(_labels(path, rows, header=[name.strip().lower() for name in header]))
    except csv.Error as error:
        raise ConfigError(f"{path}, line {rows.line_num}: {error}") from None


def normal(file: str) -> str:
    """Return a file name with slashes, without ``./``, in Unicode's composed form."""
    return unicodedata.normalize("NFC", PurePosixPath(file.replace("\\", "/")).as_posix()) if file else ""


def is_inside(file: str) -> bool:
    """Return whether a file name stays within its folder."""
    path = PurePosixPath(file.replace("\\", "/"))
    return bool(file) and not path.is_absolute() and ".." not in path.parts and ":" not in file and "\0" not in file


def _labels(path: Path, rows: Iterator[list[str]], *, header: Sequence[str]) -> Iterator[Label]:
    for column in COLUMNS:
        if header.count(column) != 1:
            held = "no column" if column not in header else f"{header.count(column)} columns"
            raise ConfigError(
                f"{path} has {held} {column!r}: its first line must name {' and '.join(COLUMNS)} once each"
            )
    places = [header.index(column) for column in COLUMNS]
    for row in rows:
        line = rows.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise ConfigError(
                f"{path}, line {line} has {len(row)} fields, the header {len(header)}: put quotes around a reference "
                "that holds the separator"
            )
        file, reference = (row[place].strip() if place < len(row) else "" for place in places)
        yield Label(line, normal(file), reference)


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise ConfigError(f"{path} is not a file")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read {path} ({error.strerror}): env.data_dir needs XML files and labels.csv"
        ) from None
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not {encoding.removesuffix('-sig').upper()} (byte {error.start})") from None
    if "\0" in text:
        raise ConfigError(f"{path} is no text (it holds a NUL)")
    return text


def _encoding(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in content[:2]:  # UTF-16 without its mark
        return "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    return "utf-8-sig"


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    if head.lower().startswith(_SEPARATOR_LINE) and len(head) > len(_SEPARATOR_LINE):
        return head[len(_SEPARATOR_LINE)]
    return max(",;\t", key=head.count)
