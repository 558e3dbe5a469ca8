"""CONTRIBUTING.md, done to the letter: its files are written outside of the repository, its commands are run there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
FILES = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = re.findall(r"^\$ python -m harness (?!-m )(.*env=.*)$", PAGE, re.MULTILINE)
(SWEEP,) = re.findall(r"^\$ python -m harness (-m .*env=.*)$", PAGE, re.MULTILINE)
BOARDS = re.findall(r"^\$ python -m harness (leaderboard.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, code in FILES.items():
        (tmp_path / name).write_text(code)
    return tmp_path


def run(folder: Path, environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_has_an_environment_and_a_method_in_about_twenty_lines_each() -> None:
    assert set(FILES) == {"shout.py", "test_shout.py", "on_errors.py", "test_on_errors.py", "hints.py", "test_hints.py"}
    assert all(len([line for line in FILES[name].splitlines() if line.strip()]) <= 26 for name in FILES)
    assert len(COMMANDS) == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(command: str, folder: Path, environ: dict[str, str]) -> None:
    out = run(folder, environ, "-m", "harness", *command.split())
    assert "Shout" in out or "shout" in out
    assert "learned module" in out


def test_the_embedded_model_learns_the_toy_task(folder: Path, environ: dict[str, str]) -> None:
    out = run(folder, environ, "-m", "harness", *COMMANDS[0].split())
    all_row = next(line for line in out.splitlines() if line.startswith("│ all"))
    vanilla, *_, test = (float(cell.split()[0]) for cell in all_row.split("│")[2:-1])
    assert vanilla < 50 < test


def test_the_optimizer_with_its_own_prompt_learns_and_its_calls_count(folder: Path, environ: dict[str, str]) -> None:
    out = run(folder, environ, "-m", "harness", *COMMANDS[2].split())
    assert "6 optimizer calls" in out
    all_row = next(line for line in out.splitlines() if line.startswith("│ all"))
    vanilla, *_, test = (float(cell.split()[0]) for cell in all_row.split("│")[2:-1])
    assert vanilla < test


def test_the_optimizer_stands_on_the_board_beside_others_with_the_same_rollouts(
    folder: Path, environ: dict[str, str]
) -> None:
    run(folder, environ, "-m", "harness", *SWEEP.split())
    shown, curves = (run(folder, environ, "-m", "harness", *words.split()) for words in BOARDS)
    for method in ("hints", "best_of_n", "gepa"):
        assert method in shown
        assert method in curves
    used = [int(number) for number in re.findall(r"(\d+) of 40", shown)]
    assert len(used) == 3
    assert all(20 < each <= 40 for each in used)


def test_its_tests_pass(folder: Path, environ: dict[str, str]) -> None:
    names = [name for name in FILES if name.startswith("test_")]
    run(folder, environ, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names)


def test_entry_points_give_names(folder: Path, environ: dict[str, str]) -> None:
    points = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert points is not None
    meta = folder / "toys-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    lines = points[1].replace('[project.entry-points."', "[").replace('"]', "]").replace('"', "")
    (meta / "entry_points.txt").write_text(lines)
    out = run(folder, environ, "-m", "harness", "env=shout", "method=on_errors", "+method.steps=1")
    assert "on_errors on shout" in out
    assert "env=alfworld|bfcl|custom" in run(folder, environ, "-m", "harness", "--help")
    assert "shout" in run(folder, environ, "-m", "harness", "--help")
