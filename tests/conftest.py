"""What tests of the whole program share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from untested import lines

ROOT = Path(__file__).resolve().parents[1]

SMALL = ("env.train_size=12", "env.test_size=12", "method.steps=6")
"""Settings of a run that takes about two seconds."""


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment of a newcomer's shell: no keys, no data."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def harness(tmp_path: Path, environ: dict[str, str]) -> Run:
    """Run `python -m harness` in an empty folder, as a process of its own."""

    def run(*words: str, env: dict[str, str] | None = None, cwd: Path = tmp_path, timeout: float = 180) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *words],
            cwd=cwd,
            env={**environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def only_run(results: Path) -> Path:
    """Return the folder of the one run in a results folder."""
    (path,) = results.glob("runs/*/*/*/*")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what this machine could not test, and the command that mends it."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = [str(where[2]) for where in skipped if isinstance(where, tuple)]
    if reasons:
        terminalreporter.section("not tested here")
        for line in lines(reasons):
            terminalreporter.write_line(line)
