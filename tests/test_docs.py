"""Every command that README and the pages of `docs` show is one that there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from harness.cli.main import COMMANDS
from tests.commands import Commands
from tests.conftest import ROOT

# The commands of these are run by tests of their own.
RUN_ELSEWHERE = ("tutorial.md", "agents.md")
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").glob("*.md") if page.name not in RUN_ELSEWHERE)]
SHOWN = [
    line.partition("#")[0].strip()
    for page in PAGES
    for line in re.findall(r"(?:^\$ |`)((?:python -m )?harness(?: [^`\n]*)?)", page.read_text(), re.MULTILINE)
]
# Classes of one's own are written in CONTRIBUTING.md, and run by its test.
RUNS = sorted(
    {
        line
        for line in SHOWN
        if line.startswith("python -m harness") and " harness -m " not in line and "_target_" not in line
    }
)
ASKED = sorted({part.strip() for line in SHOWN if line.startswith("harness ") for part in line.split(";")})


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def words_of(line: str) -> list[str]:
    return [word.strip("[]") for word in shlex.split(line)]


@pytest.mark.parametrize("line", RUNS)
def test_a_run_that_is_shown_composes(command: Commands, line: str) -> None:
    words = words_of(line)[3:]
    done = command(*words) if words[-1:] == ["--help"] else command("--cfg", "job", *words)
    assert done.code == 0, done.err


@pytest.mark.parametrize("line", ASKED)
def test_a_command_that_is_shown_has_the_options_that_it_is_shown_with(command: Commands, line: str) -> None:
    name, *words = words_of(line.removeprefix("harness "))
    if not name:
        pytest.skip("the program itself")
    assert name in COMMANDS, line
    sub = words[:1] if name in ("journal", "data") else []
    helped = command(name, *sub, "--help")
    assert helped.code == 0
    for option in (word for word in words if word.startswith("--") and word != "--help"):
        assert option in helped.out, f"{line}: {option}"
