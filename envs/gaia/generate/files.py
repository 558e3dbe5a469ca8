"""One table as a file of each kind, made by the libraries that people use; equal tables give equal bytes."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from PIL import Image, ImageDraw

from envs.gaia.generate import office

Cell = str | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title; all rows are as long as `columns`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def as_csv(sheet: Sheet) -> bytes:
    """Write comma-separated values with a header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([sheet.columns, *sheet.rows])
    return text.getvalue().encode()


def as_json(sheet: Sheet) -> bytes:
    """Write an object with the title and a list of records."""
    records = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    return json.dumps({"title": sheet.title, "records": records}, indent=1).encode()


def as_xml(sheet: Sheet) -> bytes:
    """Write a ``record`` element for each row, with an element for each cell."""
    root = etree.Element("records", title=sheet.title)
    for row in sheet.rows:
        record = etree.SubElement(root, "record")
        for column, cell in zip(sheet.columns, row, strict=True):
            etree.SubElement(record, column).text = str(cell)
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="utf-8")


def as_html(sheet: Sheet) -> bytes:
    """Write a page with a table, and a script that no reader should run."""

    def line(cells: Sequence[Cell], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    table = "\n".join([line(sheet.columns, "th"), *(line(row, "td") for row in sheet.rows)])
    head = f"<title>{html.escape(sheet.title)}</title><script>document.title = 'not read';</script>"
    return f"<!doctype html><html><head>{head}</head><body><table>\n{table}\n</table></body></html>\n".encode()


def as_py(sheet: Sheet) -> bytes:
    """Write a program that holds the rows and prints the total of the last column."""
    rows = "".join(f"    {row!r},\n" for row in sheet.rows)
    return f'"""{sheet.title}."""\n\nROWS = [\n{rows}]\n\nprint(sum(row[-1] for row in ROWS))\n'.encode()


def as_zip(members: Mapping[str, bytes]) -> bytes:
    """Write an archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, office.EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_png(colours: Sequence[Sequence[str]], side: int = 20) -> bytes:
    """Draw a grid of squares of these colours, `side` pixels each, on white with a gap of `side` between them."""
    size = (side * (2 * len(colours[0]) + 1), side * (2 * len(colours) + 1))
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for y, line in enumerate(colours):
        for x, colour in enumerate(line):
            left, top = side * (2 * x + 1), side * (2 * y + 1)
            pen.rectangle((left, top, left + side - 1, top + side - 1), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


WRITERS: Mapping[str, Callable[[Sheet], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "xml": as_xml,
    "html": as_html,
    "py": as_py,
    "xlsx": lambda sheet: office.as_xlsx(sheet.title, sheet.columns, rows=sheet.rows),
    "docx": lambda sheet: office.as_docx(sheet.title, sheet.columns, rows=sheet.rows),
    "pptx": lambda sheet: office.as_pptx(sheet.title, sheet.columns, rows=sheet.rows),
    "pdf": lambda sheet: office.as_pdf(sheet.title, sheet.columns, rows=sheet.rows),
}
"""The kinds of file that hold a table, each by its suffix."""
