"""The jobs of a sweep, listed and run by anything: `harness sweep`, `harness run-job`."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.records.folder import RunFolder
from tests.commands import Commands
from tests.conftest import ROOT, Run

TINY = ("env.train_size=4", "env.test_size=2", "protocol.steps=2", "protocol.subsets=2", "protocol.batch_size=2")
WORDS = ("-m", "method=vanilla,batch_wise", "seed=0,1", *TINY, "baseline=false")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def jobs_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_jobs_are_listed_with_what_runs_them_and_nothing_is_run(command: Commands, tmp_path: Path) -> None:
    jobs = jobs_of(command("sweep", "--list", *WORDS).out)
    assert [job["id"] for job in jobs] == [0, 1, 2, 3]
    assert {"method=batch_wise", "seed=1"} <= set(jobs[3]["words"])
    assert {job["state"] for job in jobs} == {"not begun"}
    assert all(job["folder"].endswith(job["run"]) and Path(job["folder"]).is_absolute() for job in jobs)
    assert not list(tmp_path.iterdir())


def test_jobs_of_an_experiment_have_the_ids_of_its_union(command: Commands) -> None:
    words = ("+experiment=smoke", "env=alfworld", "hydra/launcher=joblib")
    jobs = jobs_of(command("sweep", "--list", *words).out)
    assert [job["id"] for job in jobs] == [*range(6)]
    assert len({job["run"] for job in jobs}) == 6


def test_a_list_needs_no_key_and_a_job_does(command: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    listed = command("sweep", "--list", *WORDS, "backbone=gpt-4o-mini")
    assert len(jobs_of(listed.out)) == 4
    (tmp_path / "jobs.jsonl").write_text(listed.out)
    ran = command("run-job", "0", "--jobs", "jobs.jsonl")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "OPENAI_API_KEY" in ran.err


def test_a_job_is_run_once_by_its_words_or_its_list_and_the_table_reads_the_records(
    command: Commands, tmp_path: Path
) -> None:
    (tmp_path / "jobs.jsonl").write_text(command("sweep", "--list", *WORDS).out)
    first = command("run-job", "0", *WORDS)
    assert first.code == 0, first.err
    assert re.search(r"job 0 vanilla on alfworld seed=0: test .* \(2\), run ", first.out)
    again = command("run-job", "0", "--jobs", "jobs.jsonl")
    assert (again.code, "finished before" in again.out) == (0, True)
    states = [job["state"] for job in jobs_of(command("sweep", "--list", *WORDS).out)]
    assert states == ["finished", "not begun", "not begun", "not begun"]
    table = command("sweep", *WORDS)
    assert table.code == 1
    assert "3 of 4 jobs have no result" in flat(table.out)
    rest = command(*WORDS)
    assert rest.code == 0, rest.err
    assert rest.out.count("finished before") == 2, "in its line and in the table"
    assert command("sweep", *WORDS).code == 0


def test_a_list_may_come_on_standard_input(command: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = command("sweep", "--list", *WORDS).out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    ran = command("run-job", "0", "--jobs", "-")
    assert ran.code == 0, ran.err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert "there is no job 0 in standard input, which has none" in command("run-job", "0", "--jobs", "-").err


def test_a_job_started_in_another_directory_is_refused_and_one_under_another_label_is_not(
    command: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job, *_) = jobs_of(command("sweep", "--list", *WORDS).out)
    (tmp_path / "label.jsonl").write_text(json.dumps({**job, "folder": job["folder"].replace("/sim/", "/other/")}))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    ran = command("run-job", "0", "--jobs", "../label.jsonl")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert (
        "start it in the directory where the list was made, or list the sweep with an absolute results_dir" in ran.err
    )
    assert not list((tmp_path / "sub").iterdir())
    monkeypatch.chdir(tmp_path)
    assert command("run-job", "0", "--jobs", "label.jsonl").code == 0


def test_a_job_that_another_process_works_on_is_left_to_it(command: Commands) -> None:
    (job, *_) = jobs_of(command("sweep", "--list", *WORDS).out)
    folder = RunFolder(Path(job["folder"]))
    folder.create()
    with folder.lock():
        ran = command("run-job", "0", *WORDS)
        (listed, *_) = jobs_of(command("sweep", "--list", *WORDS).out)
    assert ran.code == 1
    assert [line for line in ran.err.splitlines() if "another process is at work on this run" in line] == [
        ran.err.strip()
    ]
    assert listed["state"] == "running"
    assert command("run-job", "0", *WORDS).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("7", *WORDS), "there is no job 7: this sweep has 4"),
        (("7", "--jobs", "jobs.jsonl"), "there is no job 7 in jobs.jsonl, which has jobs 0, 1, 2, 3"),
        (("0", "--jobs", "rest.jsonl"), "there is no job 0 in rest.jsonl, which has job 3"),
        (("0", "--jobs", "many.jsonl"), "there is no job 0 in many.jsonl, which has 6 jobs, from 4 to 9"),
        (("1",), "run-job 1 --jobs jobs.jsonl`, which `harness sweep --list ... > jobs.jsonl` writes, or its words"),
        (("0", "--nonsense", "seed=1"), "--nonsense: options do not belong here"),
        (("0", "--jobs", "option.jsonl"), "--nonsense: options do not belong here"),
        (("0", "--jobs", "null.jsonl"), "holds a null character"),
        (("0", "--jobs", "elsewhere.jsonl"), "/a/runs/b/c/d/e, and here it would be in "),
        (("0", "--jobs", "short.jsonl"), "listed with its record in /f, and here"),
        (("0", "--jobs", "nowhere.jsonl"), "cannot read nowhere.jsonl"),
        (("0", "--jobs", "torn.jsonl"), "torn.jsonl, line 1, is no job of `harness sweep --list`"),
        (("0", "--jobs", "jobs.jsonl", "seed=1"), "'seed=1': a job of --jobs jobs.jsonl has its settings already"),
        (("0", "--jobs", "moved.jsonl"), "job 0 was listed as run 000000000000 and is run"),
        (("0", "method=vanila"), "there is no such method"),
    ],
)
def test_a_wrong_job_is_one_line_and_exit_code_2(
    command: Commands, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    listed = command("sweep", "--list", *WORDS).out
    (tmp_path / "jobs.jsonl").write_text(listed)
    (tmp_path / "torn.jsonl").write_text(listed[:40])
    (job, *_) = jobs_of(listed)
    others: dict[str, list[dict[str, object]]] = {
        "moved": [{"run": "000000000000"}],
        "rest": [{"id": 3}],
        "many": [{"id": number} for number in range(4, 10)],
        "option": [{"words": ["--nonsense", *job["words"]]}],
        "null": [{"words": [*job["words"], "results_dir=a\0b"]}],
        "elsewhere": [{"folder": "/a/runs/b/c/d/e"}],
        "short": [{"folder": "/f"}],
    }
    for name, changes in others.items():
        lines = [json.dumps({**job, **change}) for change in changes]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    ran = command("run-job", *words)
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran.err
    assert said in ran.err
    assert not (tmp_path / "results").exists()


BREAKING = """
import asyncio, os, signal, sys


class Breaking:
    version = "1"

    def __init__(self, how: str) -> None:
        self.how = how

    async def train(self, lab, tasks):
        if type(lab).__name__ != "Laboratory":  # an estimate
            return lab.initial
        if self.how == "bug":
            raise ZeroDivisionError("in my own method")
        if self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "stopped":
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        return lab.initial
"""


def test_a_run_whose_process_was_killed_is_so_in_every_command(command: Commands) -> None:
    assert command("run-job", "0", *WORDS).code == 0
    (job, *_) = jobs_of(command("sweep", "--list", *WORDS).out)
    folder = RunFolder(Path(job["folder"]))
    record = folder.read_run()
    assert record is not None
    folder.write_run(record.model_copy(update={"status": "running"}))
    folder.result.unlink()
    for words in (("runs",), ("show", job["run"]), ("sweep", *WORDS)):
        said = flat(command(*words).out)
        assert "incomplete" in said, words
        assert "its process was killed" in said, words
        assert "running" not in said, words
    with folder.lock():
        for words in (("runs",), ("show", job["run"]), ("sweep", *WORDS)):
            assert "running" in flat(command(*words).out), words


@pytest.mark.slow
def test_failures_of_jobs_are_in_their_records_whoever_ran_them(harness: Run, tmp_path: Path) -> None:
    (tmp_path / "breaking.py").write_text(BREAKING)
    words = ("method=breaking.Breaking", "method.how=bug,killed,stopped,none", *TINY)
    codes = [harness("run-job", str(number), *words).code for number in range(4)]
    assert codes == [1, -signal.SIGKILL, 1, 0]
    states = [job["state"] for job in jobs_of(harness("sweep", "--list", *words).out)]
    assert states == ["failed", "incomplete", "incomplete", "finished"]
    table = harness("sweep", *words)
    assert table.code == 1
    assert "in my own method" in flat(table.out)
    assert "its process was killed" in flat(table.out)
    assert "3 of 4 jobs have no result" in flat(table.out)


# The examples of docs/clusters.md, run as they are written but for the address of the cluster.

PAGE = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")


def example(title: str, language: str) -> str:
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)[0]


def follow(program: str, shown: Commands, environ: dict[str, str], folder: Path) -> None:
    """Run an example on a list of two jobs, and see that both have results."""
    words = ("method=vanilla", "seed=0,1", *TINY)
    (folder / "jobs.jsonl").write_text(shown("sweep", "--list", *words).out)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = shown("sweep", *words)
    assert table.code == 0, done.stdout + done.stderr + table.out


@pytest.mark.slow
def test_the_example_of_joblib(command: Commands, environ: dict[str, str], tmp_path: Path) -> None:
    follow(example("joblib", "python") + "assert codes == [0, 0]", command, environ, tmp_path)


@pytest.mark.slow
def test_the_example_of_submitit_on_this_machine(command: Commands, environ: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("submitit")
    program = example("Slurm", "python").replace('cluster="slurm"', 'cluster="local"')
    follow(program + "assert failed == []", command, environ, tmp_path)


@pytest.mark.slow
def test_the_example_of_ray_on_this_machine(command: Commands, environ: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("ray")
    program = example("Ray", "python").replace('address="auto"', "num_cpus=2, include_dashboard=False")
    follow(program.replace("/shared", str(tmp_path)) + "assert codes == [0, 0]", command, environ, tmp_path)


@pytest.mark.slow
def test_the_array_script_of_slurm(command: Commands, environ: dict[str, str], tmp_path: Path) -> None:
    script = example("Slurm", "bash").replace("exec python", f"exec {sys.executable}")
    (tmp_path / "array.sh").write_text(script)
    task = "subprocess.run(['bash', 'array.sh'], check=True, env={**os.environ, 'SLURM_ARRAY_TASK_ID': number})"
    follow(f"import os, subprocess\nfor number in '01': {task}", command, environ, tmp_path)


def test_the_manifest_of_kubernetes_runs_a_job_by_its_index() -> None:
    import yaml

    job = yaml.safe_load(example("Kubernetes", "yaml"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert job["spec"]["completionMode"] == "Indexed"
    assert 'run-job "$JOB_COMPLETION_INDEX" --jobs jobs.jsonl' in container["command"][2]
