"""Code of one's own counts: an edited method or scorer is another run, and the command says which file changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.run.config.sources import of_module
from tests.conftest import Run

METHOD = """
from harness.core.lab import Lab
import scoring

class Hill:
    version = "1"
    async def train(self, lab, tasks):
        return lab.initial
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hill.py").write_text(METHOD)
    (tmp_path / "scoring.py").write_text("def score(answer): return 1.0\n")
    return tmp_path


def test_a_module_counts_with_those_that_it_imports_from_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(folder)
    found = of_module("hill")
    assert sorted(found) == ["hill", "scoring"]
    assert of_module("methods.vanilla") == {}


def test_an_edited_file_is_another_run_and_is_named(harness: Run, folder: Path) -> None:
    words = ("method=hill.Hill", "env.train_size=4", "env.test_size=2", "baseline=false")
    first = harness(*words)
    assert first.code == 0, first.err
    again = harness(*words)
    assert "This run is finished" in again.out
    (folder / "scoring.py").write_text("def score(answer): return 0.5\n")
    changed = harness(*words)
    run = re.search(r"record: .*/(\w+) ", first.out)
    assert run is not None
    assert f"scoring changed since run {run[1]}: this is another run" in changed.out
    assert "This run is finished" not in changed.out
