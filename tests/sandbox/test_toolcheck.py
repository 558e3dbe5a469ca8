"""A proposed tool joins the toolbox only if it is what it says and runs; else its author learns why."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.gaia.sandbox import Sandbox
from envs.gaia.sandbox.toolcheck import declaration_problem, smoke_arguments, why_not
from harness.core.domain import Tool

PATH = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}


def tool(source: str, parameters: dict[str, object] | None = None, name: str = "run") -> Tool:
    return Tool(
        name,
        "Does a thing.",
        parameters={"type": "object", "properties": {}} if parameters is None else parameters,
        source=source,
    )


@pytest.mark.parametrize(
    ("proposed", "says"),
    [
        (tool("def run(:"), "does not parse"),
        (tool("x = \0"), "does not parse"),
        (tool("(" * 10_000), "does not parse"),
        (tool("def other(): pass"), "defines no function 'run'"),
        (tool("async def run(): pass"), "defines no function 'run'"),
        (tool("def f():\n    def run(): pass"), "defines no function 'run'"),
        (tool("def run(): pass", name="no name"), "no Python name"),
        (tool("def run(a): pass"), "schema declares ()"),
        (tool("def run(): pass", PATH), "schema declares (path)"),
        (tool("def run(*path): pass", PATH), "no *args"),
        (tool("def run(path): pass", {**PATH, "required": []}), "`required` must list it"),
        (tool("def run(path): pass", {**PATH, "properties": {"path": 3}}), "must map each name"),
        (tool("def run(path): pass", {**PATH, "required": ["q"]}), "must list names"),
        (tool("def run(): pass", {"type": "array"}), 'type "object"'),
        (tool("import requests\ndef run(): pass"), "requests is not in the sandbox"),
        (tool("from harness import domain\ndef run(): pass"), "harness is not in the sandbox"),
        (tool("from . import x\ndef run(): pass"), "is not in the sandbox"),
        (tool("def run():\n    import subprocess"), "line 2: subprocess cannot work"),
        (tool("from urllib import request\ndef run(): pass"), "urllib.request cannot work"),
        (tool("import urllib.request\ndef run(): pass"), "fetch(url)"),
    ],
)
def test_what_is_wrong_is_said(proposed: Tool, says: str) -> None:
    assert says in str(declaration_problem(proposed))


def test_what_the_sandbox_offers_may_be_imported() -> None:
    source = "import csv, openpyxl, docx, pptx, lxml.etree, PIL.Image, pandas as pd\nfrom pypdf import PdfReader\n"
    assert declaration_problem(tool(source + "from urllib.parse import quote\ndef run(): pass")) is None


def test_smoke_arguments_are_the_schemas_own_before_those_of_the_type() -> None:
    properties = {
        "path": {"type": "string"},
        "expression": {"type": "string", "examples": ["1 + 1"]},
        "unit": {"enum": ["km", "m"]},
        "n": {"type": "integer", "default": 7},
        "many": {"type": ["array", "null"]},
        "odd": {"type": "nothing"},
    }
    assert smoke_arguments({"properties": properties}, [Path("/x/a.csv")]) == {
        "path": "a.csv",
        "expression": "1 + 1",
        "unit": "km",
        "n": 7,
        "many": [],
        "odd": "a",
    }


@pytest.mark.asyncio(loop_scope="module")
class TestTheSmokeCall:
    async def test_a_tool_that_runs_is_fine(self, sandbox: Sandbox) -> None:
        assert await why_not(tool("def run():\n    return len(search('x')) + len(fetch('y'))"), sandbox) is None

    async def test_one_that_fails_hears_how(self, sandbox: Sandbox) -> None:
        reason = await why_not(
            tool(
                "def run(n):\n    return 1 / (n - 1)",
                {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            ),
            sandbox,
        )
        assert reason is not None
        assert "run(n=1) failed: ZeroDivisionError: division by zero (line 2" in reason

    async def test_a_reader_needs_to_read_one_sample(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("no json")
        (tmp_path / "b.json").write_text("{}")
        reader = tool("import json\ndef run(path):\n    return json.load(open(path))", PATH)
        assert await why_not(reader, sandbox, samples=[tmp_path / "a.txt", tmp_path / "b.json"]) is None
        assert "JSONDecodeError" in str(await why_not(reader, sandbox, samples=[tmp_path / "a.txt"]))
