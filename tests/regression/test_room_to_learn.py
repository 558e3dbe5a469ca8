"""Headroom on the embedded model: the generated rulebook stays beyond an agent that was not trained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.stats.interval import LEVEL
from tests.commands import Commands

BOUND = 0.36
"""Expected score of the best reader without training (`harness data logisticsqa --stats`)."""

TASKS = 24


def test_logisticsqa_is_not_solved_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Commands(tmp_path, monkeypatch, capsys)("headroom", "env=logisticsqa", f"tasks={TASKS}")
    assert done.code == 0, done.err
    found = re.search(r"untouched\W+([0-9.]+)", done.out)
    assert found is not None
    spread = 1.96 * (BOUND * (1 - BOUND) / TASKS) ** 0.5
    assert LEVEL == 0.95
    assert float(found[1]) / 100 <= BOUND + spread
    assert "room to learn" in done.out
