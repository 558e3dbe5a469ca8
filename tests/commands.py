"""Subcommands called within the test itself: quicker than a process of its own, where that is not what is tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.main import run
from tests.conftest import Ran


class Commands:
    """Runs command lines in a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.chdir(folder)
        self._capsys = capsys

    def __call__(self, *words: str) -> Ran:
        code = run(words)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)
