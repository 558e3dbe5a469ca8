"""Mutation run: change one operator, number, comparison or call at a time, and see whether the tests notice.

usage: python scripts/mutate.py [--sample 80] [--seed 0] [--jobs 2] [AREA ...]

Areas: merging, methods, stats, records (all of them by default).

Prints the kill rate of each file, and the mutants that survived with file, line and change. Nothing on disk is touched:
a mutant is a process of its own that imports the changed source and runs those tests alone that reach the changed
lines. A sample says about as much as the whole, in minutes. Not part of CI.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.util
import os
import pickle
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]

TESTS = {
    "merging": (
        ("methods/merging.py", "methods/merge_tree.py", "methods/fgo.py", "harness/run/clustering/*.py"),
        (
            "tests/methods/test_merging.py",
            "tests/methods/test_merge_tree.py",
            "tests/methods/test_most_merges.py",
            "tests/methods/test_methods.py",
            "tests/harness/run/clustering",
        ),
    ),
    "methods": (
        ("methods/*.py", "methods/plus/*.py", "methods/peers/*.py", "methods/peers/packaged/*.py"),
        (
            "tests/methods/test_methods.py",
            "tests/methods/test_partition.py",
            "tests/methods/test_merging.py",
            "tests/methods/test_merge_tree.py",
            "tests/methods/test_most_merges.py",
            "tests/methods/plus",
            "tests/methods/peers",
        ),
    ),
    "stats": (("harness/stats/*.py",), ("tests/harness/stats",)),
    "records": (
        ("harness/records/*.py", "harness/records/reading/*.py"),
        ("tests/harness/records", "tests/harness/reports/leaderboard", "tests/harness/core"),
    ),
}
"""Files of an area, and the tests that should notice what changes in them."""

NEEDS = {"mipro.py": ("dspy", "optuna"), "dspy_program.py": ("dspy", "optuna")}
"""Files whose tests are skipped without packages that are not locked: no mutant of them could be noticed."""

SECONDS = 100
"""A mutant whose tests take longer counts as killed: it runs for ever."""

OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.USub: ast.UAdd,
}

CALLS = {"max": "min", "min": "max", "any": "all", "all": "any", "sorted": "list"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the source of the whole file, and what differs."""

    path: str
    line: int
    last: int
    change: str
    source: str


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in ast.walk(tree) if not _silent(node)]
    quiet = {id(inner) for node in ast.walk(tree) if _silent(node) for inner in ast.walk(node)}
    quiet |= {  # zip(strict=True) guards against us alone
        id(word.value) for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "strict"
    }
    marks = [mark for node in ast.walk(tree) for mark in getattr(node, "decorator_list", ())]
    quiet |= {id(inner) for mark in marks for inner in ast.walk(mark)}  # frozen=True guards against us alone
    lines = {}
    for node in ast.walk(tree):  # the innermost statement of each node comes last
        if isinstance(node, ast.stmt):
            head = node.test if isinstance(node, ast.If | ast.While) else node
            lines.update({id(inner): (node.lineno, head.end_lineno or node.lineno) for inner in ast.walk(node)})
    for index, node in enumerate(nodes):
        if id(node) in quiet:
            continue
        for variant in range(2):
            changed = copy.deepcopy(tree)
            target = [each for each in ast.walk(changed) if not _silent(each)][index]
            before = ast.unparse(target) if isinstance(target, ast.expr | ast.stmt) else type(target).__name__
            if not _mutate(target, variant):
                break
            after = ast.unparse(target) if isinstance(target, ast.expr | ast.stmt) else type(target).__name__
            first, last = lines[id(node)]
            name = path.relative_to(ROOT).as_posix()
            source = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(name, getattr(node, "lineno", first), last, f"{before}  ->  {after}", source)


def _silent(node: ast.AST) -> bool:
    """Return whether a change below this node shows in no behaviour: annotations, docstrings, imports, messages."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Import | ast.ImportFrom | ast.AnnAssign | ast.arguments | ast.JoinedStr | ast.Raise)


def _mutate(node: ast.AST, variant: int) -> bool:
    """Change a node in place; return whether there is such a change."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
        swap = SWAPS.get(type(node.op))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            swap = None
        if swap is None or variant:
            return False
        node.op = swap()  # type: ignore[assignment]
        return True
    if isinstance(node, ast.Compare) and not variant:
        swap = SWAPS.get(type(node.ops[0]))
        if swap is None:
            return False
        node.ops[0] = swap()  # type: ignore[call-overload]
        return True
    if isinstance(node, ast.Constant) and not variant:
        if isinstance(node.value, bool):
            node.value = not node.value
            return True
        if isinstance(node.value, int | float):
            node.value += 1
            return True
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not variant and node.func.id in CALLS:
        node.func.id = CALLS[node.func.id]
        if node.func.id == "list":
            node.keywords = []
        return True
    if isinstance(node, ast.keyword) and not variant and node.arg in ("key", "seed", "random_state"):
        node.value = ast.Constant(None)
        return True
    if isinstance(node, ast.If | ast.While) and variant == 0 and not isinstance(node.test, ast.Constant):
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return True
    return False


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self._mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:  # noqa: ARG002
        """Return a spec for that module."""
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: object) -> None:
        """Run the changed source."""
        exec(compile(self._mutant.source, str(ROOT / self._mutant.path), "exec"), module.__dict__)


class Reach:
    """Notes which tests run which lines of some files."""

    def __init__(self, files: Sequence[str]) -> None:
        self.tests: dict[tuple[str, int], set[str]] = {}
        self._files = {str(ROOT / name): name for name in files}
        self._test = ""

    def pytest_runtest_setup(self, item: object) -> None:
        """Note the lines that run from now on as this test's."""
        self._test = item.nodeid  # type: ignore[attr-defined]
        threading.settrace(self._trace)
        sys.settrace(self._trace)

    def pytest_runtest_teardown(self) -> None:
        """Stop it."""
        sys.settrace(None)

    def _trace(self, frame: FrameType, _event: str, _argument: object) -> object:
        name = self._files.get(frame.f_code.co_filename)
        if name is None:
            return None
        self.tests.setdefault((name, frame.f_lineno), set()).add(self._test)
        return self._trace


class Only:
    """Runs some of the tests that are collected."""

    def __init__(self, tests: set[str]) -> None:
        self._tests = tests

    def pytest_collection_modifyitems(self, items: list[object]) -> None:
        """Leave the others out."""
        items[:] = [item for item in items if item.nodeid in self._tests]  # type: ignore[attr-defined]


def reached(files: Sequence[str], tests: Sequence[str]) -> dict[tuple[str, int], set[str]]:
    """Run the tests on the code as it is; return which of them run each line of the files.

    Raises
    ------
    SystemExit
        If a test fails without any change.
    """
    noted = Reach(files)
    if importlib.import_module("pytest").main([*OPTIONS, *tests], plugins=[noted]):
        raise SystemExit("the tests fail without any change; mend them first")
    return noted.tests


def alone(work: Callable[[], object], seconds: int) -> tuple[int, bytes]:
    """Do something in a process of its own; return its exit status and the pickled result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reading)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(seconds)
        code = 1
        with contextlib.suppress(BaseException):
            made = pickle.dumps(work())
            with os.fdopen(writing, "wb") as out:
                out.write(made)
            code = 0
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as come:
        said = come.read()
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what a mutant started and left behind
    return status, said


def killed(mutant: Mutant, tests: set[str]) -> bool:
    """Run tests on a mutant in a process of its own; return whether one failed."""
    if not tests:
        return False

    def work() -> None:
        sys.meta_path.insert(0, Changed(mutant))  # type: ignore[arg-type]
        files = sorted({name.partition("::")[0] for name in tests})
        if importlib.import_module("pytest").main([*OPTIONS, *files], plugins=[Only(tests)]):
            raise SystemExit(1)

    return alone(work, SECONDS)[0] != 0


def main() -> None:
    """Print kill rates and survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areas", nargs="*", default=[*TESTS], metavar="AREA")
    parser.add_argument("--sample", type=int, default=80, help="mutants an area, drawn by the seed; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for package in ("pytest", "hypothesis", "numpy", "pandas", "scipy.stats", "sklearn.cluster", "pydantic", "aiohttp"):
        importlib.import_module(package)  # once, rather than in each process
    for area in options.areas:
        if area not in TESTS:
            parser.error(f"{area}: choose from {', '.join(TESTS)}")
        report(area, options.sample, options.seed, options.jobs)


def report(area: str, sample: int, seed: int, jobs: int) -> None:
    """Run one area and print what came of it."""
    patterns, tests = TESTS[area]
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    paths = [path for path in found if all(map(importlib.util.find_spec, NEEDS.get(path.name, ())))]
    for path in set(found) - set(paths):
        print(f"{area}: {path.name} left out, its tests need {', '.join(NEEDS[path.name])}")
    status, said = alone(lambda: reached([path.relative_to(ROOT).as_posix() for path in paths], tests), 3600)
    if status:
        raise SystemExit(f"{area}: the tests fail without any change; mend them first")
    lines: dict[tuple[str, int], set[str]] = pickle.loads(said)
    every = [mutant for path in paths for mutant in mutants(path)]
    drawn = random.Random(seed).sample(every, min(sample or len(every), len(every)))

    def tried(mutant: Mutant) -> bool:
        numbers = range(mutant.line, mutant.last + 1)
        own: set[str] = set().union(*(lines.get((mutant.path, number), set()) for number in numbers))
        # What runs at import alone is reached by whoever reaches the file.
        own = own or set().union(*(tests for (path, _), tests in lines.items() if path == mutant.path))
        return killed(mutant, own)

    with ThreadPoolExecutor(jobs) as threads:
        results = list(threads.map(tried, drawn))
    print(
        f"{area}: {sum(results)} of {len(drawn)} killed ({100 * sum(results) / len(drawn):.0f} %), {len(every)} in all"
    )
    for path in sorted({mutant.path for mutant in drawn}):
        own = [result for mutant, result in zip(drawn, results, strict=True) if mutant.path == path]
        print(f"  {100 * sum(own) / len(own):4.0f} %  {sum(own)}/{len(own)}  {path}")
    for mutant, result in zip(drawn, results, strict=True):
        if not result:
            print(f"  survived  {mutant.path}:{mutant.line}  {mutant.change.splitlines()[0][:110]}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
