"""docs/tutorial.md, done to the letter: from an installed wheel, in an empty folder, with no repository at hand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "tutorial.md").read_text()
FILES = dict(re.findall(r'```(?:python|yaml) title="([\w.]+)"\n(.*?)```', PAGE, re.DOTALL))
# A block with a title needs a key; the first block installs, which the fixture does without a network.
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)[1:]
COMMANDS = [line.removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]


@dataclass(frozen=True)
class Newcomer:
    """A shell in an empty folder, with the wheel installed."""

    folder: Path
    environ: dict[str, str]

    def types(self, command: str) -> str:
        words = shlex.split(command)
        program = [sys.executable, "-m", "harness"] if words[0] == "harness" else [sys.executable]
        done = subprocess.run(
            [*program, *words[1:]], cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def newcomer(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    site, folder = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("newcomer")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    names = ("PATH", "HOME", "LANG", "TMPDIR")
    environ = {name: os.environ[name] for name in names if name in os.environ}
    return Newcomer(folder, {**environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"})


@pytest.fixture(scope="module")
def said(newcomer: Newcomer) -> dict[str, str]:
    """Follow the page from top to bottom; return what each command printed."""
    for name, content in FILES.items():
        (newcomer.folder / name).write_text(content)
    printed = {}
    for number, command in enumerate(COMMANDS):
        if "RUN" in command:
            run = min(newcomer.folder.glob("results/runs/tickets/all_at_once/sim/*"))
            command = command.replace("RUN", run.name)
        printed[f"{number} {command}"] = newcomer.types(command)
    return printed


def output(said: dict[str, str], words: str) -> str:
    return next(text for command, text in reversed(said.items()) if words in command)


def test_the_page_has_its_files_and_commands() -> None:
    assert set(FILES) == {"tickets.py", "check_tickets.py", "answers.yaml", "on_errors.py", "check_on_errors.py"}
    assert len(COMMANDS) >= 14


def test_the_wheel_is_what_runs(newcomer: Newcomer) -> None:
    where = newcomer.types('python -c "import harness; print(harness.__file__)"')
    assert str(ROOT) not in where


def test_the_parts_keep_their_contracts(said: dict[str, str]) -> None:
    assert "as the contract asks" in output(said, "check_tickets.py")
    assert "as the contract asks" in output(said, "check_on_errors.py")


def test_the_script_answers_the_ticket_that_the_page_says(said: dict[str, str]) -> None:
    row = next(line for line in output(said, "backbone=scripted").splitlines() if line.startswith("│ all"))
    assert [float(cell.split()[0]) for cell in row.split("│")[2:-1]][::2] == [0.0, 6.2]


def test_methods_learn_what_the_untouched_agent_does_not_know(said: dict[str, str]) -> None:
    board = output(said, "leaderboard")
    assert all(name in board for name in ("vanilla", "all_at_once", "fgo", "onerrors", "tickets"))
    compared = output(said, "compare")
    assert "vanilla" in compared
    assert "all_at_once" in compared


def test_the_site_and_the_submission_are_there(said: dict[str, str], newcomer: Newcomer) -> None:
    assert (newcomer.folder / "board" / "index.html").is_file()
    assert "is consistent with its journal, split and data" in output(said, "verify")
