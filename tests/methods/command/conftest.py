"""Runs of `method=command` as a user starts them, with programs that the test writes."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Ran, Run

SMALL = ("env=alfworld", "env.train_size=4", "env.test_size=4", "method.steps=2")

Optimize = Callable[..., Ran]

HEAD = "from methods.command.client import Client, Refused\nharness = Client()\n"


@pytest.fixture
def optimize(harness: Run, tmp_path: Path) -> Optimize:
    """Run a program as the optimizer; `client` puts the Python client before it."""

    def run(script: str, *words: str, client: bool = True, env: dict[str, str] | None = None) -> Ran:
        program = tmp_path / "program.py"
        program.write_text((HEAD if client else "") + script)
        command = shlex.join([sys.executable, str(program)])
        own = {"PYTHONPATH": str(ROOT), **(env or {})}
        return harness("method=command", f"method.run='{command}'", *SMALL, *words, env=own)

    return run


def result_of(folder: Path) -> dict[str, Any]:
    """Return the result of the one run below a folder."""
    (path,) = folder.glob("results/runs/*/command/*/*/result.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found
