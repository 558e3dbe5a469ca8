"""Tools for tables of office programs."""

from __future__ import annotations

from envs.gaia.reference.writing import written

TOTAL_OF_SHEETS = written(
    "total_of_sheets",
    "Add up the amounts of a good over all sheets of an Excel workbook (xlsx).",
    parameter="good",
    example="apples",
    source=r"""
import openpyxl


def total_of_sheets(path, good):
    total = 0
    for sheet in openpyxl.load_workbook(io.BytesIO(load(path)), data_only=True):
        for row in sheet.iter_rows(values_only=True):
            if good in row:
                total += sum(cell for cell in row if isinstance(cell, (int, float)))
    return total
""",
)

COMPUTE_CELL = written(
    "compute_cell",
    "Compute the formula in a cell of an Excel workbook (xlsx) whose values were never computed.",
    parameter="cell",
    example="A1",
    source=r"""
import re

import openpyxl


def compute_cell(path, cell):
    sheet = openpyxl.load_workbook(io.BytesIO(load(path))).worksheets[0]

    def value(name):
        held = sheet[name].value
        if not isinstance(held, str) or not held.startswith("="):
            return held if isinstance(held, (int, float)) else 0
        text = re.sub(r"SUM\(([A-Z]+\d+):([A-Z]+\d+)\)", lambda m: str(span(m[1], m[2])), held[1:])
        text = re.sub(r"[A-Z]+\d+", lambda m: str(value(m[0])), text)
        if not re.fullmatch(r"[\d+\-*/(). ]+", text):
            raise ValueError(f"this formula is not understood: {held}")
        return eval(text)

    def span(first, last):
        return sum(value(one.coordinate) for row in sheet[f"{first}:{last}"] for one in row)

    return value(cell)
""",
)

TOTAL_OF_REGION = written(
    "total_of_region",
    "Add up the amounts of a region in an Excel workbook (xlsx) whose merged cells name the regions.",
    parameter="region",
    example="North",
    source=r"""
import openpyxl


def total_of_region(path, region):
    sheet = openpyxl.load_workbook(io.BytesIO(load(path))).worksheets[0]
    for span in sheet.merged_cells.ranges:
        if sheet.cell(span.min_row, span.min_col).value == region:
            rows = sheet.iter_rows(span.min_row, span.max_row, values_only=True)
            return sum(cell for row in rows for cell in row if isinstance(cell, (int, float)))
    return 0
""",
)

TOTAL_OF_PDF = written(
    "total_of_pdf",
    "Add up the amounts of a good in the table of a PDF.",
    parameter="good",
    example="apples",
    source=r"""
import pypdf


def total_of_pdf(path, good):
    total = 0
    for page in pypdf.PdfReader(io.BytesIO(load(path))).pages:
        for line in page.extract_text().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if good in cells and cells[-1].isdigit():
                total += int(cells[-1])
    return total
""",
)

TOTAL_OF_DOCUMENT = written(
    "total_of_document",
    "Add up the amounts of a good in the tables of a Word document (docx).",
    parameter="good",
    example="apples",
    source=r"""
import docx


def total_of_document(path, good):
    tables = docx.Document(io.BytesIO(load(path))).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    return sum(int(row[-1]) for row in rows if good in row and row[-1].isdigit())
""",
)

NOTES_OF_SLIDE = written(
    "notes_of_slide",
    "Return the number in the speaker's notes of a slide of a PowerPoint presentation (pptx).",
    parameter="slide",
    example="1",
    source=r"""
import re

import pptx


def notes_of_slide(path, slide):
    slides = list(pptx.Presentation(io.BytesIO(load(path))).slides)
    number = re.search(r"\d+", slides[int(slide) - 1].notes_slide.notes_text_frame.text)
    return int(number[0])
""",
)

TOTAL_OF_ATTACHMENT = written(
    "total_of_attachment",
    "Add up the amounts of a good in the workbook attached to a mail (eml).",
    parameter="good",
    example="apples",
    source=r"""
import email
import email.policy

import openpyxl


def total_of_attachment(path, good):
    message = email.message_from_bytes(load(path), policy=email.policy.default)
    total = 0
    for attached in message.iter_attachments():
        for sheet in openpyxl.load_workbook(io.BytesIO(attached.get_payload(decode=True)), data_only=True):
            for row in sheet.iter_rows(values_only=True):
                if good in row:
                    total += sum(cell for cell in row if isinstance(cell, (int, float)))
    return total
""",
)

TABLES = (
    TOTAL_OF_SHEETS,
    COMPUTE_CELL,
    TOTAL_OF_REGION,
    TOTAL_OF_PDF,
    TOTAL_OF_DOCUMENT,
    NOTES_OF_SLIDE,
    TOTAL_OF_ATTACHMENT,
)
