"""A run is a pure function of its config: whatever stops it, the same command ends it with the same record."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import SMALL, Run, only_run

COMPARED = ("test.jsonl", "train.jsonl", "lineage.json", "module.txt")


def without_times(folder: Path) -> dict[str, object]:
    result = json.loads((folder / "result.json").read_text())
    result["seconds"].pop("wall")
    return result


def records(journal: Path) -> list[str]:
    lines = journal.read_bytes().splitlines(keepends=True)[1:]
    return [json.loads(line[9:])["key"] for line in lines if line.endswith(b"\n")]


@pytest.fixture
def uninterrupted(harness: Run, tmp_path: Path) -> Path:
    ran = harness(*SMALL, "results_dir=clean")
    assert ran.code == 0, ran.err
    return only_run(tmp_path / "clean")


def assert_equal(folder: Path, other: Path) -> None:
    assert without_times(folder) == without_times(other)
    for name in COMPARED:
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name
    keys = records(folder / "journal.jsonl")
    assert len(keys) == len(set(keys)), "the journal holds a call twice"
    assert set(keys) == set(records(other / "journal.jsonl"))


@pytest.mark.slow
def test_kill_9_ten_times_over(harness: Run, environ: dict[str, str], tmp_path: Path, uninterrupted: Path) -> None:
    draw = random.Random(7)
    total = len(records(uninterrupted / "journal.jsonl"))
    kills = 0
    for number in range(10):
        process = subprocess.Popen(
            [sys.executable, "-m", "harness", *SMALL, "results_dir=killed"],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wanted = total * number // 11 + draw.randrange(1, total // 11)
        while process.poll() is None:
            journals = list(tmp_path.glob("killed/runs/*/*/*/*/journal.jsonl"))
            if journals and journals[0].read_bytes().count(b"\n") > wanted:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
            time.sleep(0.002)
    assert kills >= 8, "the run ended before it could be killed"
    ran = harness(*SMALL, "results_dir=killed")
    assert ran.code == 0, ran.err
    assert_equal(only_run(tmp_path / "killed"), uninterrupted)


def test_ctrl_c_says_how_to_go_on(harness: Run, environ: dict[str, str], tmp_path: Path, uninterrupted: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *SMALL, "results_dir=stopped"],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands it down ignored
    )
    while not list(tmp_path.glob("stopped/runs/*/*/*/*/journal.jsonl")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "run the same command to resume" in err
    assert "Traceback" not in err
    folder = only_run(tmp_path / "stopped")
    assert json.loads((folder / "run.json").read_text())["status"] == "incomplete"
    assert harness(*SMALL, "results_dir=stopped").code == 0
    assert_equal(folder, uninterrupted)


def test_a_finished_run_started_again_prints_its_table_and_asks_nothing(
    harness: Run, tmp_path: Path, uninterrupted: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in uninterrupted.iterdir()}
    ran = harness(*SMALL, "results_dir=clean")
    assert ran.code == 0
    assert "This run is finished" in ran.out
    assert "Pick Two" in ran.out
    assert {path: path.stat().st_mtime_ns for path in uninterrupted.iterdir()} == before


def test_fresh_repeats_a_run_and_keeps_the_earlier_record(harness: Run, tmp_path: Path, uninterrupted: Path) -> None:
    ran = harness(*SMALL, "results_dir=clean", "fresh=true")
    assert ran.code == 0, ran.err
    assert "This run is finished" not in ran.out
    (aside,) = (tmp_path / "clean" / "superseded").iterdir()
    assert_equal(only_run(tmp_path / "clean"), aside)


def test_two_processes_do_not_work_on_one_run(harness: Run, environ: dict[str, str], tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-m", "harness", "results_dir=busy"],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not list(tmp_path.glob("busy/runs/*/*/*/*/journal.jsonl")):
            assert first.poll() is None
            time.sleep(0.01)
        ran = harness("results_dir=busy")
        assert ran.code == 1
        assert "another process is at work on this run" in ran.err
    finally:
        first.kill()
        first.wait()
