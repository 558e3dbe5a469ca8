"""Tables in the text that a tool returned, as a reader sees them: rows of cells, the header first."""

from __future__ import annotations

import ast
import csv
import json
import re
from typing import Any

_LINE = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh]>(.*?)</t[dh]>", re.DOTALL)
_RECORD = re.compile(r"<record>(.*?)</record>", re.DOTALL)
_FIELD = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
_TUPLE = re.compile(r"^\s*(\(.*\)),\s*$", re.MULTILINE)

Rows = list[list[str]]


def rows_of(text: str) -> Rows:
    """Return the rows of the first table that is found; none where there is none."""
    value = _value(text)
    if value is not None:
        return _plain(value)
    if found := _LINE.findall(text):
        return [_CELL.findall(line) for line in found]
    if found := _RECORD.findall(text):
        records = [_FIELD.findall(record) for record in found]
        return [[name for name, _ in records[0]], *([cell for _, cell in record] for record in records)]
    if found := _TUPLE.findall(text):
        return [["", "", ""], *([str(cell) for cell in ast.literal_eval(line)] for line in found)]
    return [row for row in csv.reader(text.splitlines()) if len(row) > 1]


def number(cell: str) -> float | None:
    """Return a cell's number."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def written(value: float) -> str:
    """Write a number as people do."""
    return f"{value:.10g}"


def _value(text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _plain(value: Any) -> Rows:
    if isinstance(value, dict):
        value = next((inner for inner in value.values() if isinstance(inner, list)), [])
    if value and isinstance(value[0], dict):
        return [list(value[0]), *([str(cell) for cell in record.values()] for record in value)]
    return [[str(cell) for cell in row] for row in value if isinstance(row, list)]
