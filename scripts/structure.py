"""Measure how the code is built, so that a change can be compared with what was there before.

    python scripts/structure.py            # this checkout
    python scripts/structure.py REVISION   # the same figures of another revision, from git

Every figure is read from the source text by `ast`; nothing is imported.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("harness", "methods", "envs")
COMPOSERS = re.compile(r"from hydra import [^\n]*\bcompose\b|compose_config\(|hydra\.main\(")
"""Places that let Hydra compose a config."""


def main(arguments: list[str]) -> int:
    """Print a line a figure."""
    root = Path(__file__).resolve().parents[1]
    if not arguments:
        _print(root)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "-C", str(root), "archive", arguments[0]], capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tree:
            tree.extractall(folder, filter="data")
        _print(Path(folder))
    return 0


def _print(root: Path) -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for package in PACKAGES for path in _files(root / package)}
    lines = sum(_code_lines(path) for path in trees)
    functions = [node for tree in trees.values() for node in _functions(tree)]
    soup = sum(_positional(tree) for tree in trees.values())
    figures: list[tuple[str, object]] = [
        ("files", len(trees)),
        ("lines of code", lines),
        ("lines a file, median", statistics.median(len(path.read_text("utf-8").splitlines()) for path in trees)),
        ("entries in harness", len(_entries(root / "harness"))),
        ("  of these in a circle of imports", len(_circular(root, trees))),
        ("lines of code of methods/fgo.py", _code_lines(root / "methods" / "fgo.py")),
        ("lines of code of methods/merging.py", _code_lines(root / "methods" / "merging.py")),
        ("lines of code of methods/plus", sum(map(_code_lines, _files(root / "methods" / "plus")))),
        ("places that compose a config", sum(len(COMPOSERS.findall(path.read_text("utf-8"))) for path in trees)),
        ("calls with six or more positional arguments", soup),
        ("  of these per 10,000 lines", round(10_000 * soup / max(1, lines), 1)),
        ("functions", len(functions)),
        ("lines a function, median", statistics.median(_length(node) for node in functions)),
        ("words a function's name, mean", round(statistics.mean(_words(node.name) for node in functions), 2)),
        ("annotations with Any or object", sum(_loose(tree) for tree in trees.values())),
    ]
    for name, value in figures:
        print(f"{name:48} {value}")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py")) if folder.is_dir() else []


def _entries(package: Path) -> list[str]:
    """Return the rooms of a package: Python's own files (``__init__``, ``__main__``, ``py.typed``) are no rooms."""
    return sorted(path.name for path in package.iterdir() if not path.name.startswith("__") and path.name != "py.typed")


def _code_lines(path: Path) -> int:
    """Return the lines that are neither blank, nor comment, nor docstring."""
    if not path.is_file():
        return 0
    text = path.read_text("utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in documented
        for number, line in enumerate(text.splitlines(), 1)
    )


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _words(name: str) -> int:
    return max(1, len([word for word in name.strip("_").split("_") if word]))


def _positional(tree: ast.AST) -> int:
    return sum(
        isinstance(node, ast.Call)
        and sum(not isinstance(argument, ast.Starred) for argument in node.args) >= 6
        and not (isinstance(node.func, ast.Attribute) and node.func.attr in ("add_row", "join"))
        for node in ast.walk(tree)
    )


def _loose(tree: ast.AST) -> int:
    annotations = [
        annotation
        for node in ast.walk(tree)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if annotation is not None
    ]
    return sum(
        isinstance(part, ast.Name) and part.id in ("Any", "object")
        for annotation in annotations
        for part in ast.walk(annotation)
    )


def _circular(root: Path, trees: dict[Path, ast.Module]) -> list[str]:
    """Return the entries of `harness` that reach themselves through the imports of others."""
    arrows: dict[str, set[str]] = {}
    for path, tree in trees.items():
        own = path.relative_to(root).parts
        if own[0] == "harness":
            arrows.setdefault(own[1].removesuffix(".py"), set()).update(_imported(tree))
    reached: dict[str, set[str]] = {}
    for entry in arrows:
        waiting, seen = list(arrows[entry] - {entry}), set[str]()
        while waiting:
            if (other := waiting.pop()) not in seen:
                seen.add(other)
                waiting.extend(arrows.get(other, ()))
        reached[entry] = seen
    return sorted(entry for entry, seen in reached.items() if entry in seen)


def _imported(tree: ast.Module) -> set[str]:
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types and node.module:
            parts = node.module.split(".")
            if parts[0] == "harness":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
