"""The wall: the package alone, in a bare process, gives the same bytes; and it imports the standard library alone."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import harness.simulated as sim

from .prompts import ROOM, agent

PACKAGE = Path(sim.__file__).parent
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import sim
request = json.load(sys.stdin)
sys.stdout.write(json.dumps(sim.respond(request), sort_keys=True))
foreign = sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"sim", "__main__"})
sys.stderr.write(",".join(foreign))
"""


def test_same_bytes_in_same_bytes_out_in_a_bare_process(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    request = {
        "model": "sim/small",
        "messages": [
            {"role": "system", "content": agent("Heat things with the microwave.")},
            {"role": "user", "content": ROOM.format(goal="put a hot apple in fridge.")},
        ],
        "seed": 7,
    }
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(tmp_path)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert run.stdout == json.dumps(sim.respond(request), sort_keys=True)
    assert run.stderr == ""


def test_imports_nothing_but_the_standard_library_and_itself() -> None:
    for path in PACKAGE.rglob("*.py"):
        depth = len(path.relative_to(PACKAGE).parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert all(alias.name.partition(".")[0] in sys.stdlib_module_names for alias in node.names), path
            elif isinstance(node, ast.ImportFrom):
                inner = 0 < node.level <= depth
                assert inner or (node.module or "").partition(".")[0] in sys.stdlib_module_names, path
