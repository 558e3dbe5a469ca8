"""`harness journal`: the recorded answers, counted, exported, pruned."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.llm.storage.records import Record
from harness.llm.storage.store import AnswerStore
from tests.conftest import only_run

SMALL = ("env.train_size=6", "env.test_size=6", "env.max_steps=5", "method.subsets=2", "method.steps=2")


def test_stats_and_export_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results"
    assert run([*SMALL, f"results_dir={results}"]) == 0
    folder = only_run(results)
    capsys.readouterr()
    assert run(["journal", "stats", folder.name, "--results", str(results)]) == 0
    out = capsys.readouterr().out
    assert "optimizer" in out
    assert "evaluate" in out
    path = tmp_path / "answers.jsonl"
    assert run(["journal", "export", str(folder), "--out", str(path)]) == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == len((folder / "journal.jsonl").read_text().splitlines()) - 1
    assert {row["kind"] for row in rows} >= {"answer"}


def test_prune_drops_old_shared_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def fill() -> None:
        for number, written in enumerate((0.0, 4e9)):
            store = AnswerStore(tmp_path / "answers.sqlite", now=lambda written=written: written)  # type: ignore[misc]
            await store.put(Record(f"{number:064x}", "answer", role="", purpose="", about={}, result="x"))
            await store.close()

    asyncio.run(fill())
    assert run(["journal", "prune", "--days", "30", "--results", str(tmp_path)]) == 0
    assert "dropped 1 shared answers" in capsys.readouterr().out
    assert run(["journal", "stats", "--results", str(tmp_path)]) == 0
    assert "1 shared answers" in capsys.readouterr().out
    assert run(["journal", "prune", "--days", "30", "--results", str(tmp_path / "none")]) == 2
