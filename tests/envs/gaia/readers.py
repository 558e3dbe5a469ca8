# ruff: noqa: PTH123 - as a model writes it
"""Tools as a model may write them: they run in the sandbox and show that every kind of file can be read there."""

from __future__ import annotations


def read(path):
    kind = path.rpartition(".")[2]
    rows = READ[kind](path)
    return [[str(town), int(amount)] for town, amount in rows]


def squares(path, colour):
    from PIL import Image

    image = Image.open(path).convert("RGB")
    pixels = sum(image.getpixel((x, y)) == tuple(colour) for x in range(image.width) for y in range(image.height))
    return pixels // 400


def _frame(reader):
    def rows(path):
        import pandas

        return getattr(pandas, reader)(path).values.tolist()

    return rows


def _json(path):
    import json

    with open(path) as file:
        return [record.values() for record in json.load(file)["records"]]


def _tree(record, cell):
    def rows(path):
        from lxml import html

        found = [[c.text for c in r.findall(cell)] for r in html.parse(path).iter(record)]
        return [row for row in found if row]

    return rows


def _docx(path):
    import docx

    return [[cell.text for cell in row.cells] for row in docx.Document(path).tables[0].rows][1:]


def _pptx(path):
    import pptx

    tables = [s.table for slide in pptx.Presentation(path).slides for s in slide.shapes if s.has_table]
    return [[cell.text for cell in row.cells] for table in tables for row in list(table.rows)[1:]]


def _pdf(path):
    import pypdf

    lines = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages).splitlines()
    return [line.split(" | ") for line in lines if " | " in line][1:]


def _py(path):
    import ast

    with open(path) as file:
        tree = ast.parse(file.read())
    return ast.literal_eval(next(node.value for node in tree.body if isinstance(node, ast.Assign)))


READ = {
    "csv": _frame("read_csv"),
    "xlsx": _frame("read_excel"),
    "json": _json,
    "xml": lambda path: [[c.text for c in r] for r in __import__("lxml.etree").etree.parse(path).getroot()],
    "html": _tree("tr", "td"),
    "docx": _docx,
    "pptx": _pptx,
    "pdf": _pdf,
    "py": _py,
}
