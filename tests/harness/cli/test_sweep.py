"""Sweeps: products and unions of jobs, a failing job among them, killed and started again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.cli.sweep.jobs import expand, label, varying, without_presets
from harness.cli.sweep.launch import is_sweep
from harness.core.errors import ConfigError
from tests.conftest import Run

TINY = ("env.train_size=4", "env.test_size=3", "protocol.steps=2", "protocol.subsets=2", "protocol.batch_size=2")


def test_words_with_several_values_are_axes() -> None:
    assert expand(["method=vanilla,fgo", "seed=0,1", "trials=2"]) == [
        ("method=vanilla", "trials=2", "seed=0"),
        ("method=vanilla", "trials=2", "seed=1"),
        ("method=fgo", "trials=2", "seed=0"),
        ("method=fgo", "trials=2", "seed=1"),
    ]


def test_an_experiment_is_a_union_times_its_axes() -> None:
    experiment = {"sweep": {"seed": [0, 1]}, "jobs": [["method=vanilla"], ["method=fgo", "cluster=none"]]}
    assert expand([], experiment) == [
        ("method=vanilla", "seed=0"),
        ("method=vanilla", "seed=1"),
        ("method=fgo", "cluster=none", "seed=0"),
        ("method=fgo", "cluster=none", "seed=1"),
    ]


def test_words_win_and_equal_jobs_are_one() -> None:
    experiment = {"sweep": {"seed": [0, 1]}, "jobs": [["method=vanilla"], ["method=fgo"]]}
    assert expand(["seed=5", "method=fgo"], experiment) == [("method=fgo", "seed=5")]


def test_groups_stand_before_what_they_hold() -> None:
    assert expand(["method.steps=3", "method=fgo"]) == [("method=fgo", "method.steps=3")]


def test_words_that_are_no_overrides_are_told() -> None:
    with pytest.raises(ConfigError, match="fgo"):
        expand(["fgo"])
    with pytest.raises(ConfigError, match="list of values"):
        expand(["seed=interval(0,1)"])


def test_jobs_are_told_apart_by_what_varies() -> None:
    jobs = [("method=vanilla", "trials=1", "seed=0"), ("method=fgo", "cluster=none", "trials=1", "seed=1")]
    assert varying(jobs) == ["method", "cluster"]
    assert [label(job, varying(jobs)) for job in jobs] == ["vanilla", "fgo cluster=none"]


def test_missing_presets_are_skipped_with_a_line_each() -> None:
    jobs = [("env=a", "seed=0"), ("env=b", "seed=0"), ("env=b", "seed=1")]
    kept, lines = without_presets(jobs, {"env": ["a"]})
    assert kept == [("env=a", "seed=0")]
    assert lines == ["skipped 2 jobs with env=b: there is no such preset"]


@pytest.mark.parametrize(
    ("words", "sweep"),
    [
        (["-m", "seed=0,1"], True),
        (["experiment=table2"], True),
        (["method=fgo"], False),
        (["--cfg", "job", "experiment=table2"], False),
        ([], False),
    ],
)
def test_what_is_a_sweep(words: list[str], sweep: bool) -> None:
    assert is_sweep(words) is sweep


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("method=vanilla,vanila",), "job 'vanila': method=vanila: there is no such method"),
        (("method=vanilla,fgo", "method.subsets=0,2"), "method.subsets"),
        (("method=vanilla", "env.train_size=4,many"), "env.train_size=many"),
        (("method=vanilla", "backbone=sim,gpt-4o"), "OPENAI_API_KEY"),
        (("method=vanilla,nowhere.Hill",), "nowhere.Hill: cannot be imported"),
    ],
)
def test_a_wrong_job_is_reported_before_the_first_one_runs(
    words: tuple[str, ...], said: str, harness: Run, tmp_path: Path
) -> None:
    ran = harness("-m", *words, "env.test_size=2")
    assert ran.code == 2
    assert said in ran.err
    assert "no job was run" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_shipped_methods_and_ones_of_your_own_are_swept_together(harness: Run, tmp_path: Path) -> None:
    (tmp_path / "hill.py").write_text(
        "class HillClimb:\n"
        "    version = '1'\n"
        "    def __init__(self, steps: int) -> None: self.steps = steps\n"
        "    async def train(self, lab, tasks): return lab.initial\n"
    )
    ran = harness("-m", "method=all_at_once,hill.HillClimb", "method.steps=1", *TINY, "baseline=false")
    assert ran.code == 0, ran.err
    assert "hill.HillClimb seed=0: test" in ran.out
    assert len(list(tmp_path.glob("results/runs/*/*/*/*/result.json"))) == 2


def test_a_sweep_of_nothing_but_errors_is_a_wrong_command(harness: Run) -> None:
    ran = harness("-m", "method=nosuch,neither")
    assert ran.code == 2
    assert "there is no such method" in ran.err


@pytest.mark.slow
def test_smoke_killed_and_started_again_runs_only_what_is_missing(
    harness: Run, environ: dict[str, str], tmp_path: Path
) -> None:
    words = ("-m", "+experiment=smoke", *TINY, "env=alfworld", "validation_size=1", "results_dir=smoke")
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while len(list(tmp_path.glob("smoke/runs/*/*/*/*/result.json"))) < 2:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = {path: path.stat().st_mtime_ns for path in tmp_path.glob("smoke/runs/*/*/*/*/result.json")}
    ran = harness(*words)
    assert ran.code == 0, ran.err
    assert ran.out.count("finished before") >= 2 * len(done), "in the lines and in the table"
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert len(list(tmp_path.glob("smoke/runs/*/*/*/*/result.json"))) == 6
    assert "jobs" in ran.out.splitlines()[-12:][0] or "Simulated model" in ran.out


@pytest.mark.slow
def test_jobs_run_at_the_same_time_with_joblib(harness: Run, tmp_path: Path) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    words = ("-m", *TINY, "method=vanilla,batch_wise", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    ran = harness(*words, "results_dir=parallel")
    assert ran.code == 0, ran.err
    assert len(list(tmp_path.glob("parallel/runs/*/*/*/*/result.json"))) == 2
    one = harness("-m", *TINY, "method=vanilla,batch_wise", "results_dir=parallel")
    assert one.out.count("finished before") == 4, "the same runs as without joblib"


KILLER = """
import os, signal


class Killer:
    version = "1"

    def __init__(self, dies: bool) -> None:
        self.dies = dies

    async def train(self, lab, tasks):
        if self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return lab.initial
"""


@pytest.mark.slow
def test_a_killed_worker_of_joblib_is_a_line_a_job_and_the_table_is_complete(harness: Run, tmp_path: Path) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    (tmp_path / "killer.py").write_text(KILLER)
    (tmp_path / "conf" / "method").mkdir(parents=True)
    (tmp_path / "conf" / "method" / "killer.yaml").write_text("_target_: killer.Killer\nname: killer\ndies: false\n")
    words = ("--config-dir", str(tmp_path / "conf"), "-m", *TINY, "method=killer", "method.dies=false,true")
    words = (*words, "results_dir=killed", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    ran = harness(*words)
    assert ran.code == 1
    assert "Traceback" not in ran.out + ran.err
    assert "a worker process was killed" in " ".join(ran.out.split())
    assert "jobs have no result; the same command runs only those" in " ".join(ran.out.split())
