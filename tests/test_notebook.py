"""The Python door, and `docs/notebook.md` run from top to bottom."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.core.errors import ConfigError
from harness.run.notebook import words
from tests.conftest import ROOT
from tests.records import write_run

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notebook.md").read_text(), re.DOTALL)
SMALL = "method=vanilla env.train_size=6 env.test_size=6 results_dir="


def test_the_page_runs_from_top_to_bottom(tmp_path: Path, environ: dict[str, str]) -> None:
    assert len(BLOCKS) == 4
    (tmp_path / "page.py").write_text("\n".join(BLOCKS))
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "4 runs; 2 of all-at-once" in done.stdout
    assert "2 seeds: training varies more than testing" in done.stdout


def test_importing_the_package_is_light(environ: dict[str, str]) -> None:
    heavy = ("pandas", "hydra", "scipy", "litellm", "pydantic")
    code = f"import sys, harness; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_run_can_be_started_where_a_loop_runs_already(tmp_path: Path) -> None:
    assert asyncio.get_running_loop()
    run = harness.run(f"{SMALL}{tmp_path}", seed=1)
    assert (run.method, run.seed, run.record.status) == ("vanilla", 1, "finished")
    before = (run.folder.path / "run.json").stat().st_mtime_ns
    again = harness.run(f"{SMALL}{tmp_path}", seed=1)
    assert (again.folder.path / "run.json").stat().st_mtime_ns == before


def test_a_wrong_setting_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such method"):
        harness.run("method=magic")
    with pytest.raises(ConfigError, match="no results folder"):
        harness.load_runs(tmp_path / "nowhere")


def test_overrides_may_be_words_a_list_or_a_mapping() -> None:
    assert words("a=1 b=2") == words(["a=1", "b=2"]) == words({"a": 1, "b": 2})
    assert words({"a": None, "b": True}) == ["a=null", "b=true"]


def test_frames_are_tidy_and_join(tmp_path: Path) -> None:
    write_run(tmp_path, vanilla=(0, 0, 0, 0))
    write_run(tmp_path, seed=1, status="incomplete")
    frames = harness.load_runs(tmp_path).frames
    assert set(frames.runs.status) == {"finished", "incomplete"}
    assert frames.rollouts.groupby(["split", "agent"]).size().to_dict() == {
        ("test", "trained"): 4,
        ("test", "vanilla"): 4,
        ("train", "training"): 2,
    }
    assert set(frames.lineage.kind) == {"initial", "optimize"}
    assert frames.usage.query("agent == 'trained'").prompt.sum() == 1000 + 100 + 70
    assert set(frames.rollouts.run_id) <= set(frames.runs.run_id)


def test_frames_of_no_runs_have_their_columns(tmp_path: Path) -> None:
    frames = harness.load_runs(tmp_path).frames
    for frame in (frames.runs, frames.rollouts, frames.lineage, frames.usage):
        assert frame.empty
        assert "run_id" in frame.columns
