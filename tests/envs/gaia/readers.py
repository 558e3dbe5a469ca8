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


def solve(path, question):
    """Answer a generated question as an agent would that has understood it; `path` may be empty."""
    import re

    if "Who is the mayor" in question:
        town = re.search("town of (\\w+)", question)[1]
        return fact(town, r"mayor is ([\w ]+)")
    if "squares are in" in question:
        return str(squares(path, COLOURS[re.search("many (\\w+)", question)[1]]))
    if "program print" in question:
        return str(sum(row[-1] for row in _py(path)))
    if "total amount of" in question and "archive" not in question:
        good = re.search("amount of (\\w+)", question)[1]
        return str(sum(int(row[-1]) for row in rows_of(path) if row[1] == good))
    if "names four towns" in question:
        return str(sum(int(fact(row[0], r"has (\d+) inh")) for row in rows_of(path)))
    return solve_archive(path, question)


def solve_archive(path, question):
    import re
    import zipfile

    with zipfile.ZipFile(path) as archive:
        archive.extractall()
        names = archive.namelist()
    rows = rows_of(next(name for name in names if name.startswith("orders.")))
    if "How many years before" in question:
        totals = {}
        for town, _, amount in rows:
            totals[town] = totals.get(town, 0) + int(amount)
        best = max(totals, key=lambda town: (totals[town], town))
        return str(int(re.search(r"before (\d+)", question)[1]) - int(fact(best, r"founded in (\d+)")))
    struck = {row[0] for row in rows_of(next(name for name in names if name.startswith("struck_off")))}
    least = 100 * squares("squares.png", COLOURS["red"])
    towns = {row[0] for row in rows} - struck
    kept = [town for town in towns if int(fact(town, r"lies (\d+) metres")) >= least]
    return ", ".join(sorted(kept, key=lambda town: (int(fact(town, r"founded in (\d+)")), town))) or "none"


def rows_of(path):
    return [list(row) for row in READ[path.rpartition(".")[2]](path)]


def fact(town, pattern):
    import re

    hits = search(town)  # noqa: F821 - of the sandbox
    page = fetch(next(hit["url"] for hit in hits if hit["title"] == town))  # noqa: F821
    return re.search(pattern, page)[1]


COLOURS = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "orange": (255, 165, 0), "black": (0, 0, 0)}
