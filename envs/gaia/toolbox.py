"""The plain toolbox that the agent starts with: read a text file, search, fetch, calculator."""

from __future__ import annotations

from textwrap import dedent

from harness.core.domain import Tool, Toolbox


def _tool(name: str, description: str, *, parameter: str, about: str, example: str, source: str) -> Tool:
    schema = {"type": "string", "description": about, "examples": [example]}
    parameters = {"type": "object", "properties": {parameter: schema}, "required": [parameter]}
    return Tool(name, description, parameters=parameters, source=dedent(source).strip() + "\n")


READ = _tool(
    "read_text_file",
    "Read a file of plain text (UTF-8).",
    parameter="path",
    about="Name of the file.",
    example="notes.txt",
    source="""
    def read_text_file(path):
        with open(path, encoding="utf-8") as file:
            return file.read(100_000)
    """,
)

SEARCH = _tool(
    "search_web",
    "Search the web. Returns pages with their url, title and a snippet, best first.",
    parameter="query",
    about="What to search for.",
    example="history of cartography",
    source="""
    def search_web(query):
        return search(query)
    """,
)

FETCH = _tool(
    "fetch_page",
    "Fetch a page of the web as text.",
    parameter="url",
    about="Address of the page, as a search returns it.",
    example="https://example.org/",
    source="""
    def fetch_page(url):
        return fetch(url)
    """,
)

CALCULATE = _tool(
    "calculator",
    "Compute an arithmetic expression of numbers, + - * / // % ** and parentheses.",
    parameter="expression",
    about="The expression.",
    example="(3 + 4) * 2",
    source="""
    import ast
    import operator

    OPERATORS = {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
        ast.USub: operator.neg,
        ast.UAdd: operator.pos,
    }


    def calculator(expression):
        return compute(ast.parse(expression, mode="eval").body)


    def compute(node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](compute(node.left), compute(node.right))
        if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](compute(node.operand))
        raise ValueError("this is no arithmetic expression of numbers")
    """,
)

PLAIN = Toolbox((READ, SEARCH, FETCH, CALCULATE))
