"""Texts of records are text in every format of reports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from rich.markdown import Markdown

from harness.reports.escaping import csv_cell, markdown, tex
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.files import as_csv, as_latex, as_markdown
from tests.records import write_run

FORMULAS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_is_a_formula(text: str) -> None:
    assert str(csv_cell(text)).startswith(("'", "\\"))


def test_numbers_stay_numbers() -> None:
    assert csv_cell(-0.5) == -0.5
    assert csv_cell("fgo steps=6") == "fgo steps=6"


def test_markdown_has_no_markup_of_a_text() -> None:
    text = "[x](javascript:alert(1)) <script>a</script> **b** `c` | d\n# e ![i](http://x/y.png) _f_ www.evil.example"
    shown = markdown(text)
    assert "\n" not in shown
    tokens = [token for block in Markdown(shown).parsed for token in (block.children or [])]
    assert {token.type for token in tokens} == {"text"}


def test_latex_has_no_command_of_a_text() -> None:
    assert tex("a\n\\immediate\\write18{id}") == (
        r"a\textbackslash{}n\textbackslash{}immediate\textbackslash{}write18\{id\}"
    )
    assert tex("[x]") == "{[}x{]}"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    names = ["=cmd|' /C calc'!A0", "<script>x<", "[x]", "@SUM(1+1)\r=1", "a\n\\immediate\\write18{id}\n| b | c |"]
    for name in names:
        folder = write_run(tmp_path, f"m{names.index(name)}", settings={"a": name})
        for file in ("run.json", "result.json"):
            path = folder.path / file
            path.write_text(path.read_text().replace(f'"method": "m{names.index(name)}"', f'"method": {quoted(name)}'))
    return tmp_path


def quoted(text: str) -> str:
    import json

    return json.dumps(text)


def test_every_format_of_a_board_of_hostile_names_is_inert(hostile: Path) -> None:
    found = leaderboards(hostile)
    assert len(found.boards[0].rows) == 5
    for row in csv.reader(io.StringIO(as_csv(found))):
        assert not any(cell.lstrip().startswith(("=", "+", "@")) for cell in row)
    assert not any(line.startswith(("\\immediate", "[")) for line in as_latex(found).splitlines())
    shown = as_markdown(found)
    assert "<script>" not in shown
    assert "\n| b" not in shown
