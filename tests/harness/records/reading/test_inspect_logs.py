"""Inspect AI opens what we export: samples, messages and scores as recorded; sensitive texts are digests."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.records.reading.inspect_logs import write_inspect_logs
from harness.records.reading.runs import read_runs
from tests.records import write_run

log = pytest.importorskip("inspect_ai.log", reason="the extra `inspect` is not installed")


def test_a_run_is_read_back_by_inspect(tmp_path: Path) -> None:
    write_run(tmp_path / "results", wins=(1, 0, 1, 1), text="a desk")
    runs, _ = read_runs(tmp_path / "results")
    (path,) = write_inspect_logs(runs, tmp_path / "logs")
    read = log.read_eval_log(path)
    assert read.status == "success"
    assert read.results.scores[0].metrics["mean"].value == 0.75
    assert [sample.scores["success"].value for sample in read.samples] == [1, 0, 1, 1]
    assert {sample.id for sample in read.samples} == set(runs[0].test_tasks)
    assert any("a desk" in str(message.content) for message in read.samples[0].messages)
    assert read.eval.metadata["simulated"] is True
    (usage,) = read.stats.model_usage.values()
    rows = list(runs[0].rollouts("test"))
    assert usage.input_tokens == sum(row.usage.prompt for row in rows) > 0
    assert read.samples[0].total_time == rows[0].usage.seconds
    assert read.stats.started_at <= read.stats.completed_at


def test_sensitive_texts_are_digests(tmp_path: Path) -> None:
    write_run(
        tmp_path / "results", sensitive=True, text="the secret invoice", tasks=["secret-1", "secret-2"], wins=(1, 0)
    )
    (path,) = write_inspect_logs(read_runs(tmp_path / "results")[0], tmp_path / "logs")
    assert "secret" not in log.read_eval_log(path).model_dump_json()
