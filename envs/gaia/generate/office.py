"""Tables in the formats of office programs, without a trace of when they were written."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

import docx
import openpyxl
import pptx
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

EPOCH = (2024, 1, 1, 0, 0, 0)
_WRITTEN = datetime.datetime(*EPOCH)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_ROWS_OF_A_SLIDE = 8

Row = Sequence[str | int]


def as_xlsx(title: str, columns: Sequence[str], *, rows: Iterable[Row]) -> bytes:
    """Write a workbook of one sheet, the header in its first row."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for row in (columns, *rows):
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return timeless(buffer)


def as_docx(title: str, columns: Sequence[str], *, rows: Sequence[Row]) -> bytes:
    """Write a document with a heading and a table."""
    document = docx.Document()
    document.add_heading(title)
    table = document.add_table(rows=0, cols=len(columns))
    for row in (columns, *rows):
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer)


def as_pptx(title: str, columns: Sequence[str], *, rows: Sequence[Row]) -> bytes:
    """Write slides with a table each, the header in its first row, up to eight rows under it."""
    show = pptx.Presentation()
    for start in range(0, len(rows), _ROWS_OF_A_SLIDE):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = title
        lines = (columns, *rows[start : start + _ROWS_OF_A_SLIDE])
        box = (Inches(0.5), Inches(1.5), Inches(9), Inches(5))
        table = slide.shapes.add_table(len(lines), len(columns), *box).table
        for y, line in enumerate(lines):
            for x, value in enumerate(line):
                table.cell(y, x).text = str(value)
    buffer = io.BytesIO()
    show.save(buffer)
    return timeless(buffer)


def as_pdf(title: str, columns: Sequence[str], *, rows: Iterable[Row]) -> bytes:
    """Write pages of text, a line for each row with ``|`` between its cells."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    top = A4[1] - 72
    y = top
    for line in (title, *(" | ".join(map(str, row)) for row in (columns, *rows))):
        if y < 72:
            canvas.showPage()
            y = top
        canvas.drawString(72, y, line)
        y -= 16
    canvas.save()
    return buffer.getvalue()


def timeless(buffer: io.BytesIO) -> bytes:
    """Return a written archive again, with all of its times at `EPOCH`."""
    result = io.BytesIO()
    stamp = rb"\g<1>" + _WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            data = _STAMP.sub(stamp, old.read(name)) if name == "docProps/core.xml" else old.read(name)
            new.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return result.getvalue()
