"""Pieces of the tools that the simulated optimizer knows how to write: Python that runs in a sandbox, as text."""

from __future__ import annotations

FILE = """
def _bytes(path):
    with open(path, "rb") as file:
        return file.read(50_000_000)
"""

MEMBER = """
import zipfile


def _bytes(path, member):
    if not member:
        with open(path, "rb") as file:
            return file.read(50_000_000)
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(member).file_size > 50_000_000:
            raise ValueError(f"{member} is too large to be read")
        return archive.read(member)
"""

ROWS = {
    "csv": """
import csv
import io


def _rows_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
""",
    "json": """
import json


def _rows_json(data):
    found = json.loads(data)
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [found])
    if found and isinstance(found[0], dict):
        return [list(found[0]), *([*record.values()] for record in found)]
    return [row if isinstance(row, list) else [row] for row in found]
""",
    "xml": """
from lxml import etree


def _rows_xml(data):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    records = [[child for child in record] for record in etree.fromstring(data, parser)]
    return [[cell.tag for cell in records[0]], *([cell.text for cell in record] for record in records)]
""",
    "html": """
from lxml import html


def _rows_html(data):
    lines = html.fromstring(data).iter("tr")
    return [[cell.text_content().strip() for cell in line if cell.tag in ("td", "th")] for line in lines]
""",
    "xlsx": """
import io

import openpyxl


def _rows_xlsx(data):
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True) if any(row)]
""",
    "docx": """
import io

import docx


def _rows_docx(data):
    document = docx.Document(io.BytesIO(data))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return rows or [[paragraph.text] for paragraph in document.paragraphs]
""",
    "pptx": """
import io

import pptx


def _rows_pptx(data):
    shapes = [shape for slide in pptx.Presentation(io.BytesIO(data)).slides for shape in slide.shapes]
    rows = []
    for shape in shapes:
        if shape.has_table:
            lines = [[cell.text for cell in row.cells] for row in shape.table.rows]
            rows += lines[1:] if rows and rows[0] == lines[0] else lines
    return rows or [[shape.text] for shape in shapes if shape.has_text_frame]
""",
    "pdf": """
import io

import pypdf


def _rows_pdf(data):
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    lines = "\\n".join(page.extract_text() for page in pages).splitlines()
    table = [line.split(" | ") for line in lines if " | " in line]
    return table or [[line] for line in lines]
""",
}

READ = """
def {name}({taken}):
    return _rows_{kind}(_bytes({given}))
"""

TOTAL = """
READ = {{{table}}}


def {name}({taken}):
    kind = {file}.rpartition(".")[2].lower()
    header, *rows = READ[kind](_bytes({given}))
    amounts = [row[-1] for row in rows]
    totals = {{}}
    for column, title in enumerate(header[:-1]):
        of_column = totals[str(title)] = {{}}
        for row, amount in zip(rows, amounts):
            of_column[str(row[column])] = of_column.get(str(row[column]), 0) + float(amount)
    return totals
"""

LIST = """
import zipfile


def {name}(path):
    with zipfile.ZipFile(path) as archive:
        return [[info.filename, info.file_size] for info in archive.infolist()[:1000]]
"""

COUNT = """
import io

from PIL import Image, ImageColor


def {name}({taken}):
    image = Image.open(io.BytesIO(_bytes({given}))).convert("RGB")
    wanted = ImageColor.getrgb(colour)
    width, height = image.size
    pixels = list(image.getdata())
    seen, squares = set(), 0
    for start in range(len(pixels)):
        if pixels[start] != wanted or start in seen:
            continue
        squares += 1
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at in seen or pixels[at] != wanted:
                continue
            seen.add(at)
            waiting += [at - width] if at >= width else []
            waiting += [at + width] if at + width < len(pixels) else []
            waiting += [at - 1] if at % width else []
            waiting += [at + 1] if (at + 1) % width else []
    return squares
"""

RUN = """
import contextlib
import io


def {name}(path):
    with open(path, encoding="utf-8") as file:
        source = file.read(1_000_000)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, path, "exec"), {{"__name__": "__main__"}})
    return printed.getvalue()
"""

PAGE = """
def {name}(name):
    found = search(name)
    if not found:
        return f"there is no page about {{name}}"
    best = next((hit for hit in found if hit["title"].lower() == name.lower()), found[0])
    return fetch(best["url"])
"""
