"""No fault of a provider changes a score, loses a task or pays a call twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.llm.storage.recorded import read_record
from tests.conftest import Run, only_run

from .provider_process import MIXED, FaultProvider, fault_provider

pytestmark = pytest.mark.slow
RUN = (
    "env.train_size=6", "env.test_size=6", "env.max_steps=20", "method.subsets=2", "method.steps=2",
    "backbone=vllm", "backbone.model.id=hosted_vllm/sim/small", "+backbone.model.send_seed=true",
    "backbone.model.context_window=8192", "backbone.model.timeout=1.5", "retries.first=0.01", "retries.longest=0.5",
)  # fmt: skip


def words(server: FaultProvider, name: str) -> list[str]:
    return [*RUN, f"backbone.model.api_base={server.url}", f"results_dir={name}"]


def outcome(folder: Path) -> tuple[Any, ...]:
    """Return scores, the digest of the learned module and all rollouts, but for what they took."""
    result = json.loads((folder / "result.json").read_text())
    rows = [json.loads(line) for name in ("train", "test") for line in (folder / f"{name}.jsonl").open()]
    for row in rows:
        row.pop("usage")
    counts = {phase: {role: row["calls"] for role, row in roles.items()} for phase, roles in result["usage"].items()}
    return result["score"], result["module"], counts, rows


def answers(folder: Path) -> int:
    lines = (folder / "journal.jsonl").read_bytes().splitlines()[1:]
    keys = [record.key for line in lines if (record := read_record(line[9:])) and record.kind == "answer"]
    assert len(keys) == len(set(keys))
    return len(keys)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    folder = tmp_path_factory.mktemp("clean")
    with fault_provider("--latency", "0.002") as server:
        done = subprocess.run([sys.executable, "-m", "harness", *words(server, "results")], cwd=folder, check=False)
        assert done.returncode == 0
        stats = server.stats()
    recorded = only_run(folder / "results")
    assert stats["answered"] == stats["requests"] == answers(recorded)
    return outcome(recorded)


def test_a_third_of_all_calls_failing_changes_nothing(harness: Run, tmp_path: Path, clean: tuple[Any, ...]) -> None:
    options = ("--rate", "0.3", "--seed", "3", "--stall", "5", "--latency", "0.002", "--kinds", *MIXED)
    with fault_provider(*options) as server:
        ran = harness(*words(server, "faulty"))
        stats = server.stats()
    assert ran.code == 0, ran.err
    folder = only_run(tmp_path / "faulty")
    assert outcome(folder) == clean
    assert set(stats["faults"]) == set(MIXED), "every kind occurred"
    assert sum(stats["faults"].values()) > 0.25 * stats["requests"]
    # What the server answered whole is what stands in the journal: no call was charged twice.
    assert stats["answered_twice"] == 0
    assert stats["answered"] == answers(folder)
    assert harness("verify", str(folder)).code == 0
    # The model says who it is, whatever the config calls it; a record that hides it is found.
    for name in ("run.json", "result.json"):
        text = (folder / name).read_text()
        assert json.loads(text)["simulated"] is True
        (folder / name).write_text(re.sub(r'"simulated":\s*true', '"simulated": false', text))
    lied = harness("verify", str(folder))
    assert (lied.code, "simulated" in lied.out) == (1, True)


def test_a_server_that_is_killed_midway_leaves_a_run_that_goes_on(
    harness: Run, environ: dict[str, str], tmp_path: Path, clean: tuple[Any, ...]
) -> None:
    server = FaultProvider("--rate", "0.3", "--seed", "4", "--latency", "0.005", "--kinds", *MIXED[:-1])
    command = words(server, "killed")
    running = subprocess.Popen(
        [sys.executable, "-m", "harness", *command], cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        while server.stats()["answered"] < 150:
            assert running.poll() is None
            time.sleep(0.02)
        first = server.stats()["answered"]
        server.kill()
        _, said = running.communicate(timeout=60)
        assert running.returncode == 1
        assert "incomplete: " in said
        assert "resume with: python -m harness env.train_size=6" in said
        assert "Traceback" not in said
        folder = only_run(tmp_path / "killed")
        assert json.loads((folder / "run.json").read_text())["status"] == "incomplete"
        kept = answers(folder)
        assert kept >= first
        again = FaultProvider("--port", server.port, "--rate", "0.3", "--seed", "4", "--kinds", *MIXED[:-1])
        try:
            ran = harness(*command)
            assert ran.code == 0, ran.err
            stats = again.stats()
        finally:
            again.kill()
    finally:
        server.kill()
        running.kill()
        running.wait()
    assert outcome(folder) == clean
    assert stats["answered_twice"] == 0
    assert stats["answered"] == answers(folder) - kept, "what was answered before the crash was not asked again"


def test_runs_of_a_sweep_pay_each_call_once(environ: dict[str, str], tmp_path: Path) -> None:
    with fault_provider("--latency", "0.002") as server:
        common = [word for word in words(server, "sweep") if not word.startswith("method.")]
        variants = [["method=fgo", "method.subsets=2", "method.steps=2"], ["method=all_at_once", "method.steps=1"]]
        running = [
            subprocess.Popen([sys.executable, "-m", "harness", *common, *own], cwd=tmp_path, env=environ)
            for own in variants
        ]
        assert [process.wait(timeout=120) for process in running] == [0, 0]
        stats = server.stats()
    folders = [path.parent for path in tmp_path.glob("sweep/runs/*/*/*/*/run.json")]
    sessions = [json.loads((folder / "run.json").read_text())["sessions"] for folder in folders]
    assert sum(session["calls_paid"] for own in sessions for session in own) == stats["answered"]
    assert stats["answered_twice"] == 0
    assert sum(map(answers, folders)) > stats["answered"], "the vanilla agent, at least, was tested once for both"
