"""Readers of one kind of file each, as a model writes them, for hostile files to be tried on."""

from __future__ import annotations

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


def run(path, member=''):
    return _bytes(path, member).decode("utf-8", "replace")[:100_000]
"""
LIST = """
import zipfile


def run(path):
    with zipfile.ZipFile(path) as archive:
        return [[info.filename, info.file_size] for info in archive.infolist()[:1000]]
"""
_FILE = """
def _bytes(path):
    with open(path, "rb") as file:
        return file.read(50_000_000)
"""
READERS = {
    "xlsx": _FILE
    + """
import io

import openpyxl


def _rows_xlsx(data):
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True) if any(row)]


def run(path):
    return _rows_xlsx(_bytes(path))
""",
    "pdf": _FILE
    + """
import io

import pypdf


def _rows_pdf(data):
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    lines = "\\n".join(page.extract_text() for page in pages).splitlines()
    table = [line.split(" | ") for line in lines if " | " in line]
    return table or [[line] for line in lines]


def run(path):
    return _rows_pdf(_bytes(path))
""",
    "json": _FILE
    + """
import json


def _rows_json(data):
    found = json.loads(data)
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [found])
    if found and isinstance(found[0], dict):
        return [list(found[0]), *([*record.values()] for record in found)]
    return [row if isinstance(row, list) else [row] for row in found]


def run(path):
    return _rows_json(_bytes(path))
""",
    "html": _FILE
    + """
from lxml import html


def _rows_html(data):
    lines = html.fromstring(data).iter("tr")
    return [[cell.text_content().strip() for cell in line if cell.tag in ("td", "th")] for line in lines]


def run(path):
    return _rows_html(_bytes(path))
""",
    "xml": _FILE
    + """
from lxml import etree


def _rows_xml(data):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    records = [[child for child in record] for record in etree.fromstring(data, parser)]
    return [[cell.tag for cell in records[0]], *([cell.text for cell in record] for record in records)]


def run(path):
    return _rows_xml(_bytes(path))
""",
}
