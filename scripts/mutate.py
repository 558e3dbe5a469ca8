"""Mutation run: change one operator, number, comparison or call at a time, and see whether the tests notice.

usage: python scripts/mutate.py [--sample 40] [--seed 0] [--jobs 2] [AREA ...]

Areas: merging, methods, stats, records (all of them by default).

Prints the kill rate of each file, and the mutants that survived with file, line and change. Nothing on disk is touched:
a mutant is a process of its own that imports the changed source. A sample says about as much as the whole, in minutes.
Not part of CI.
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
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TESTS = {
    "merging": (
        ("methods/merging.py", "methods/merge_tree.py", "methods/fgo.py", "harness/run/clustering/*.py"),
        ("tests/methods/test_merging.py", "tests/methods/test_methods.py", "tests/harness/run/clustering"),
    ),
    "methods": (
        ("methods/*.py", "methods/plus/*.py", "methods/peers/*.py"),
        (
            "tests/methods/test_methods.py",
            "tests/methods/test_partition.py",
            "tests/methods/plus",
            "tests/methods/peers",
        ),
    ),
    "stats": (("harness/stats/*.py",), ("tests/harness/stats",)),
    "records": (("harness/records/*.py", "harness/records/reading/*.py"), ("tests/harness/records",)),
}
"""Files of an area, and the tests that should notice what changes in them."""

TIMES = 10
"""A mutant whose tests take so many times what they take without a change counts as killed: it runs for ever."""

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
    change: str
    source: str


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in ast.walk(tree) if not _silent(node)]
    quiet = {id(inner) for node in ast.walk(tree) if _silent(node) for inner in ast.walk(node)}
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
            line = getattr(node, "lineno", 0)
            name = path.relative_to(ROOT).as_posix()
            yield Mutant(name, line, f"{before}  ->  {after}", ast.unparse(ast.fix_missing_locations(changed)))


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


def killed(mutant: Mutant | None, tests: Sequence[str], seconds: int = 3600) -> bool:
    """Run the tests on a mutant (None: on the code as it is) in a process of its own; return whether one failed."""
    child = os.fork()
    if child == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(seconds)
        code = 1
        with contextlib.suppress(BaseException):
            if mutant:
                sys.meta_path.insert(0, Changed(mutant))  # type: ignore[arg-type]
            pytest = importlib.import_module("pytest")
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *tests]))
        os._exit(code)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what a mutant started and left behind
    return status != 0


def main() -> None:
    """Print kill rates and survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areas", nargs="*", default=[*TESTS], metavar="AREA")
    parser.add_argument("--sample", type=int, default=40, help="mutants an area, drawn by the seed; 0: all")
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
    began = time.monotonic()
    if killed(None, tests):
        raise SystemExit(f"{area}: the tests fail without any change; mend them first")
    most = 30 + int(TIMES * (time.monotonic() - began))
    every = [mutant for pattern in patterns for path in sorted(ROOT.glob(pattern)) for mutant in mutants(path)]
    drawn = random.Random(seed).sample(every, min(sample or len(every), len(every)))
    with ThreadPoolExecutor(jobs) as threads:
        results = list(threads.map(lambda mutant: killed(mutant, tests, most), drawn))
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
