"""The current folder stands in for no installed package, and records' commands do not look there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    for name in ("typer", "rich", "pydantic", "omegaconf", "methods", "envs", "conf"):
        (tmp_path / f"{name}.py").write_text("open('canary', 'w'); raise SystemExit('shadowed')")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [("runs",), ("--help",), ("method=vanilla", "env.train_size=2", "env.test_size=1", "baseline=false")],
)
def test_files_of_the_current_folder_shadow_nothing(words: tuple[str, ...], traps: Path, harness: Run) -> None:
    ran = harness(*words)
    assert ran.code == 0, ran.err
    assert not (traps / "canary").exists()


def test_classes_of_the_current_folder_are_found_by_name_where_words_build_them(tmp_path: Path, harness: Run) -> None:
    (tmp_path / "hill.py").write_text(
        "class Hill:\n    version = '1'\n    async def train(self, lab, tasks): return lab.initial\n"
    )
    ran = harness("method=hill.Hill", "env.train_size=2", "env.test_size=1", "baseline=false")
    assert ran.code == 0, ran.err
    assert "hill on alfworld" in ran.out
