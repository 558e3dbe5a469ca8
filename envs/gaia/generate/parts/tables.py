"""Tables: in workbooks, documents and slides, in databases and mails, and as plain text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from email.message import EmailMessage
from random import Random

import docx
import openpyxl
import pptx

from envs.gaia.generate import files, office
from envs.gaia.generate.files import Sheet
from envs.gaia.generate.parts.part import GOODS, Maker, Part
from envs.gaia.generate.world import World

_REGIONS = ("North", "East", "South", "West")
_COLUMNS = ("town", "good", "amount")

Row = tuple[str, str, int]


def orders(rng: Random, world: World, *, count: int) -> list[Row]:
    """Return rows of town, good and amount; every good occurs."""
    goods = [*GOODS, *(rng.choice(GOODS) for _ in range(count - len(GOODS)))]
    rng.shuffle(goods)
    places = rng.sample(world.places, 6)
    return [(rng.choice(places).name, good, rng.randrange(1, 400)) for good in goods]


def total(rows: Sequence[Row], good: str) -> int:
    """Return the sum of a good's amounts."""
    return sum(amount for _, name, amount in rows if name == good)


def _sheets(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=60)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number in range(3):
        sheet = book.create_sheet(f"Quarter {number + 1}")
        sheet.append(["Orders of a quarter"])
        sheet.append(list(_COLUMNS))
        for row in rows[number::3]:
            sheet.append(list(row))
    return Part(f"the total amount of {good} over all sheets of {{file}}", total(rows, good), "xlsx", _book(book))


def _formulas(rng: Random, world: World) -> Part:  # noqa: ARG001
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    amounts, prices = [[rng.randrange(2, 60) for _ in range(8)] for _ in range(2)]
    for line, (amount, price) in enumerate(zip(amounts, prices, strict=True), 1):
        sheet[f"A{line}"], sheet[f"B{line}"], sheet[f"C{line}"] = amount, price, f"=A{line}*B{line}"
    sheet["C9"], sheet["C10"] = "=SUM(C1:C8)", "=C9-A1*2"
    value = sum(a * b for a, b in zip(amounts, prices, strict=True)) - 2 * amounts[0]
    return Part("the value of the formula in cell C10 of {file}, which was never computed", value, "xlsx", _book(book))


def _merged(rng: Random, world: World) -> Part:
    region, rows = rng.choice(_REGIONS), orders(rng, world, count=24)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["region", *_COLUMNS])
    for row in rows:
        sheet.append([None, *row])
    for number, name in enumerate(_REGIONS):
        sheet.cell(2 + 6 * number, 1, name)
        sheet.merge_cells(start_row=2 + 6 * number, end_row=7 + 6 * number, start_column=1, end_column=1)
    at = 6 * _REGIONS.index(region)
    phrase = f"the total amount in the merged region {region} of {{file}}"
    return Part(phrase, sum(row[2] for row in rows[at : at + 6]), "xlsx", _book(book))


def _pdf(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=50)
    content = office.as_pdf("Orders", _COLUMNS, rows=rows)
    return Part(f"the total amount of {good} in the table of {{file}}", total(rows, good), "pdf", content)


def _word(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=30)
    document = docx.Document()
    for number in range(2):
        document.add_heading(f"Part {number + 1}")
        table = document.add_table(rows=0, cols=3)
        for row in (_COLUMNS, *rows[number::2]):
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = str(value)
    buffer = io.BytesIO()
    document.save(buffer)
    phrase = f"the total amount of {good} in the tables of {{file}}"
    return Part(phrase, total(rows, good), "docx", office.timeless(buffer))


def _notes(rng: Random, world: World) -> Part:  # noqa: ARG001
    show = pptx.Presentation()
    numbers = rng.sample(range(100, 999), 5)
    for number in numbers:
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"Figure {rng.randrange(100, 999)}"
        slide.notes_slide.notes_text_frame.text = f"Say that it is {number} by now."
    buffer = io.BytesIO()
    show.save(buffer)
    slide_number = rng.randrange(1, 6)
    phrase = f"the number that the speaker's notes of slide {slide_number} of {{file}} state"
    return Part(phrase, numbers[slide_number - 1], "pptx", office.timeless(buffer))


def _mail(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=20)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@example.org", "you@example.org", "Orders"
    message.set_content("The orders are attached.\n")
    workbook = office.as_xlsx("Orders", _COLUMNS, rows=rows)
    message.add_attachment(workbook, maintype="application", subtype="octet-stream", filename="orders.xlsx")
    message.set_boundary("boundary")
    phrase = f"the total amount of {good} in the workbook attached to the mail {{file}}"
    return Part(phrase, total(rows, good), "eml", message.as_bytes())


def _text(kind: str) -> Maker:
    def make(rng: Random, world: World) -> Part:
        good, rows = rng.choice(GOODS), orders(rng, world, count=12)
        content = files.WRITERS[kind](Sheet("Orders", _COLUMNS, tuple(rows)))
        return Part(f"the total amount of {good} in the plain text of {{file}}", total(rows, good), kind, content)

    return make


def _book(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return office.timeless(buffer)


TABLES: dict[str, Maker] = {
    "sheets": _sheets,
    "formulas": _formulas,
    "merged": _merged,
    "pdf": _pdf,
    "word": _word,
    "notes": _notes,
    "mail": _mail,
}
TEXTS: dict[str, Maker] = {f"text {kind}": _text(kind) for kind in ("csv", "json", "xml", "html")}
